/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.nio.file.Path;

/** A key as the command line names it. */
sealed interface KeyReference {

    /** A file that holds it, sealed. */
    record InFile(KeyFile file) implements KeyReference {

        @Override
        public String toString() {
            return file.path().toString();
        }
    }

    /** A token that holds it. */
    record InToken(TokenKey key) implements KeyReference {

        @Override
        public String toString() {
            return key.uri().toString();
        }
    }

    /** Reads a name. */
    static KeyReference parse(String text) {
        if (!text.startsWith(TokenUri.SCHEME)) {
            return new InFile(new KeyFile(Path.of(text)));
        }
        try {
            return new InToken(new TokenKey(TokenUri.parse(text)));
        } catch (IllegalArgumentException malformed) {
            throw new CommandFailed(
                    ExitCode.USAGE, String.valueOf(malformed.getMessage()), malformed);
        }
    }
}
