/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.attestation;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater attestation key}: the single TPMs that are believed. */
@Command(
        name = "key",
        description = "List, believe and disbelieve single TPMs, by their endorsement keys.")
final class EndorsementKeyCommand {

    private static final String COLLECTION = "endorsement-keys";
    private static final Columns COLUMNS =
            Columns.none()
                    .and("NOTE", "note")
                    .and("ADDED", "addedAt")
                    .and("ADDED BY", "addedBy")
                    .and("SHA256", "id");

    /** The options are those of {@link AttestationCommand}, which this command inherits. */
    private final ServerOptions server;

    EndorsementKeyCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description =
                    "Show the single TPMs that are believed, by the SHA-256 of their endorsement keys.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater attestation key list")
    void list(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get(COLLECTION)));
            server.printPage(answer, COLUMNS, "attestation", "key", "list");
        }
    }

    @Command(
            description = {
                "Believe a single TPM, whoever vouches for it: for one that has no certificate, or whose maker is not",
                "believed as a whole. Read its endorsement key out where the device is built, and nowhere else. The",
                "server wants a second factor for it, and gets no more of a file than the SHA-256 of its public key."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater attestation key add --public ek.pem --note \"board 17\"",
                "  breakwater attestation key add --certificate ek-certificate.der",
                "  breakwater attestation key add 9b871512327c09ce91dd649b3f96a63b7408ef267c8cc5710114e629730cb61f"
            })
    void add(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "SHA256",
                            description = "Of the endorsement key's SubjectPublicKeyInfo in DER.")
                    Optional<String> sha256,
            @Option(
                            names = "--certificate",
                            paramLabel = "FILE",
                            description =
                                    "The endorsement key's certificate instead, in PEM or DER.")
                    Optional<Path> certificate,
            @Option(
                            names = "--public",
                            paramLabel = "FILE",
                            description =
                                    "Its SubjectPublicKeyInfo instead, in PEM (PUBLIC KEY) or DER.")
                    Optional<Path> publicKey,
            @Option(names = "--note", paramLabel = "TEXT", description = "Which TPM it is.")
                    Optional<String> note) {
        if (Stream.of(sha256, certificate, publicKey).filter(Optional::isPresent).count() != 1) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "say which key: either its SHA256, or --certificate FILE, or --public FILE");
        }
        Fingerprint key =
                sha256.map(GivenSha256::parse)
                        .or(() -> certificate.map(EndorsementFile::keyOfCertificate))
                        .or(() -> publicKey.map(EndorsementFile::key))
                        .orElseThrow();
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("sha256", key.hex());
        note.ifPresent(words -> body.put("note", words));
        try (ApiClient api = server.connect()) {
            ApiAnswer made = api.send(ApiRequest.create(body, COLLECTION));
            server.print(made, COLUMNS);
            server.terminal().say("The TPM is believed from now on.");
            server.terminal()
                    .next("attestation", "key", "remove", made.json().path("id").asString());
        }
    }

    @Command(
            description = {
                "Believe a single TPM no more. What was attested before stays so. The server wants a second factor for",
                "it."
            },
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater attestation key remove 9b871512327c09ce91dd649b3f96a63b7408ef267c8cc5710114e629730cb61f")
    void remove(
            @Parameters(paramLabel = "SHA256", description = "Of the key, as list shows it.")
                    String sha256) {
        Fingerprint key = GivenSha256.parse(sha256);
        try (ApiClient api = server.connect()) {
            ApiAnswer gone =
                    api.find(ApiRequest.delete(COLLECTION, key.hex()))
                            .orElseThrow(() -> unknown(key));
            server.print(gone, COLUMNS);
            server.terminal().say("The TPM is believed no more by its key.");
            server.terminal().next("attestation", "key", "list");
        }
    }

    private static CommandFailed unknown(Fingerprint key) {
        return new CommandFailed(
                ExitCode.REFUSED,
                "there is no key "
                        + key.hex()
                        + "; breakwater attestation key list shows those that are believed");
    }
}
