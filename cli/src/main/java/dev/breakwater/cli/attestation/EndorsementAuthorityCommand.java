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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater attestation authority}: the makers of TPMs that are believed. */
@Command(
        name = "authority",
        description = "List, believe and disbelieve makers of TPMs, by their root certificates.")
final class EndorsementAuthorityCommand {

    private static final String COLLECTION = "endorsement-authorities";
    private static final Columns COLUMNS =
            Columns.none()
                    .and("SUBJECT", "subject")
                    .and("NOTE", "note")
                    .and("NOT BEFORE", "notBefore")
                    .and("NOT AFTER", "notAfter")
                    .and("ADDED", "addedAt")
                    .and("ADDED BY", "addedBy")
                    .and("SHA256", "id");

    /** The options are those of {@link AttestationCommand}, which this command inherits. */
    private final ServerOptions server;

    EndorsementAuthorityCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Show the makers whose TPMs are believed, by the SHA-256 of their roots.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater attestation authority list")
    void list(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get(COLLECTION)));
            server.printPage(answer, COLUMNS, "attestation", "authority", "list");
        }
    }

    @Command(
            description = {
                "Believe the TPMs of a maker. Compare the fingerprint of its root on another way first: whoever's root",
                "stands here can have any key attested. The server wants a second factor for it."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  openssl x509 -in maker-root.pem -noout -fingerprint -sha256",
                "  breakwater attestation authority add maker-root.pem --note \"TPMs of the 2027 board\""
            })
    void add(
            @Parameters(
                            paramLabel = "FILE",
                            description =
                                    "One self-signed certificate of an authority, in PEM or DER.")
                    Path file,
            @Option(names = "--note", paramLabel = "TEXT", description = "Whose it is.")
                    Optional<String> note) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("certificate", Pem.certificate(EndorsementFile.certificate(file)));
        note.ifPresent(words -> body.put("note", words));
        try (ApiClient api = server.connect()) {
            ApiAnswer made = api.send(ApiRequest.create(body, COLLECTION));
            server.print(made, COLUMNS);
            server.terminal().say("Its TPMs are believed from now on.");
            server.terminal()
                    .next("attestation", "authority", "remove", made.json().path("id").asString());
        }
    }

    @Command(
            description = {
                "Believe the TPMs of a maker no more. What was attested before stays so: the audit log says of each by",
                "which entry it was, and devices can be revoked. The server wants a second factor for it."
            },
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater attestation authority remove 9b871512327c09ce91dd649b3f96a63b7408ef267c8cc5710114e629730cb61f")
    void remove(
            @Parameters(paramLabel = "SHA256", description = "Of the root, as list shows it.")
                    String sha256) {
        Fingerprint root = GivenSha256.parse(sha256);
        try (ApiClient api = server.connect()) {
            ApiAnswer gone =
                    api.find(ApiRequest.delete(COLLECTION, root.hex()))
                            .orElseThrow(() -> unknown(root));
            server.print(gone, COLUMNS);
            server.terminal().say("Its TPMs are believed no more.");
            server.terminal().next("attestation", "authority", "list");
        }
    }

    private static CommandFailed unknown(Fingerprint root) {
        return new CommandFailed(
                ExitCode.REFUSED,
                "there is no authority "
                        + root.hex()
                        + "; breakwater attestation authority list shows those that are believed");
    }
}
