/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.release.signing.KeyOptions;
import dev.breakwater.cli.release.signing.PublicKeyFile;
import dev.breakwater.cli.release.signing.SigningKey;
import dev.breakwater.cli.release.signing.SigningKeys;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater release keys}: the keys that people keep. */
@Command(
        name = "keys",
        description = "Make, use and rotate the keys that say what a product's devices install.")
final class KeysCommand {

    private static final Columns KEY =
            Columns.none()
                    .and("KEY ID", "keyId")
                    .and("SCHEME", "scheme")
                    .and("PUBLIC FILE", "publicFile");
    private static final Columns SIGNED =
            Columns.none()
                    .and("FILE", "file")
                    .and("TYPE", "type")
                    .and("VERSION", "version")
                    .and("EXPIRES", "expires");

    /** The options are those of {@link ReleaseCommand}, which this command inherits. */
    private final ServerOptions server;

    KeysCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            name = "new",
            description = {
                "Make one key: for somebody who keeps it at another place, or in a token. Needs no server. The public",
                "half goes into a file of its own, which keys rotate takes.",
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater release keys new carol.pem --public carol.pub.pem",
                "  breakwater release keys new \\",
                "      \"pkcs11:token=reef;object=release?module-path=/usr/lib/softhsm/libsofthsm2.so\" \\",
                "      --public release.pub.pem",
            })
    void create(
            @Parameters(
                            paramLabel = "KEY",
                            description =
                                    "A file to be made, or pkcs11:token=LABEL;object=KEY?module-path=FILE.")
                    String name,
            @Option(
                            names = "--public",
                            paramLabel = "FILE",
                            required = true,
                            description = "The file to be made of the public half.")
                    Path publicFile,
            @Option(
                            names = "--passphrase-file",
                            paramLabel = "FILE",
                            description = "The passphrase; asked for if not given.")
                    Optional<Path> passphrase) {
        server.refuseProfile("release keys new asks no server and needs no profile");
        SigningKey key =
                new SigningKeys(server.keyboard())
                        .create(
                                name,
                                "Breakwater: a key",
                                passphrase.map(List::of).orElse(List.of()));
        tell(key, Optional.of(publicFile));
        server.terminal()
                .next("release", "keys", "rotate", "release", "--add", publicFile.toString());
    }

    @Command(
            description = {
                "Say which key it is. Needs no server. With --public the public half goes into a file.",
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater release keys show keys/release-1.pem")
    void show(
            @Parameters(paramLabel = "KEY", description = "A file, or a key in a token.")
                    String name,
            @Option(
                            names = "--public",
                            paramLabel = "FILE",
                            description = "The file to be made of the public half.")
                    Optional<Path> publicFile,
            @Option(
                            names = "--passphrase-file",
                            paramLabel = "FILE",
                            description = "The passphrase; asked for if not given.")
                    Optional<Path> passphrase) {
        server.refuseProfile("release keys show asks no server and needs no profile");
        tell(
                new SigningKeys(server.keyboard())
                        .open(List.of(name), passphrase.map(List::of).orElse(List.of()))
                        .getFirst(),
                publicFile);
    }

    private void tell(SigningKey key, Optional<Path> publicFile) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("keyId", key.key().id().hex());
        json.put("scheme", key.key().scheme().orElseThrow().schemeName());
        publicFile.ifPresent(
                file -> {
                    write(file, PublicKeyFile.text(key.publicKey()));
                    json.put("publicFile", file.toString());
                });
        server.print(ReleaseCommand.answer(json), KEY);
    }

    private static void write(Path file, String text) {
        try {
            DurableFile.create(file, text.getBytes(StandardCharsets.US_ASCII));
        } catch (FileAlreadyExistsException there) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " is there already and is not replaced", there);
        } catch (IOException unwritable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " cannot be written: " + unwritable, unwritable);
        }
    }

    @Command(
            description = {
                "Add signatures to a root or a file of targets, offline: what is signed stays as it is. Look at what you",
                "sign first: it is JSON.",
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater release keys sign 2.root.json --key carol.pem")
    void sign(
            @Parameters(paramLabel = "FILE", description = "The file; its place stays.") Path file,
            @Mixin KeyOptions keys) {
        server.refuseProfile("release keys sign asks no server and needs no profile");
        Signed signed = Signed.in(file).with(keys.open(server.keyboard()));
        try {
            DurableFile.replace(file, signed.bytes());
        } catch (IOException unwritable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " cannot be written: " + unwritable, unwritable);
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("file", file.toString())
                .put("type", signed.type().roleName())
                .put("version", signed.content().version())
                .put("expires", signed.content().expires().toString());
        server.print(ReleaseCommand.answer(json), SIGNED);
        server.terminal().next("release", "submit", file.toString(), "--product", "PRODUCT");
    }
}
