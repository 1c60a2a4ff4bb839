/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import dev.breakwater.cli.terminal.Keyboard;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** With which keys a command signs. */
public final class KeyOptions {

    @Option(
            names = "--key",
            paramLabel = "KEY",
            required = true,
            description =
                    "A key to sign with: a file that keys init or keys new made, or"
                            + " pkcs11:token=LABEL;object=KEY?module-path=FILE&pin-source=FILE (RFC 7512),"
                            + " in quotes. Give it once for each key.")
    private List<String> keys = List.of();

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description =
                    "The passphrase of the keys' files; once for all, or once for each in their order."
                            + " Asked for if not given.")
    private List<Path> passphraseFiles = List.of();

    /** Opens them; passphrases and PINs are asked for here. */
    public List<SigningKey> open(Keyboard keyboard) {
        return new SigningKeys(keyboard).open(keys, passphraseFiles);
    }
}
