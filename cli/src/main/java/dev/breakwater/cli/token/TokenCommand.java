/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.token;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater token}: who may use the API. */
@Command(name = "token", description = "Make, list and revoke tokens of the API.")
public final class TokenCommand {

    private static final Columns COLUMNS =
            Columns.none()
                    .and("ID", "id")
                    .and("NAME", "name")
                    .and("ROLE", "role")
                    .and("CREATED", "createdAt")
                    .and("EXPIRES", "expiresAt")
                    .and("LAST USED", "lastUsedAt")
                    .and("REVOKED", "revokedAt");

    @Mixin private final ServerOptions server;

    /** What a token permits; the server knows the details. */
    enum Role {
        /** Everything but the organization itself. */
        ADMINISTRATOR,
        /** What daily work needs. */
        OPERATOR,
        /** Reading devices, and commands. */
        SUPPORT,
        /** Reading. */
        AUDITOR
    }

    /** With the options that lead to the server. */
    public TokenCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Make a token. Its secret is shown this once.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater token create nightly-report --role auditor --life 365d",
                "  breakwater token create ci --role operator -o json | jq -r .secret"
            })
    void create(
            @Parameters(paramLabel = "NAME", description = "What it is for.") String name,
            @Option(
                            names = "--role",
                            required = true,
                            description = "One of ${COMPLETION-CANDIDATES}.")
                    Role role,
            @Option(names = "--life", paramLabel = "TIME", description = "How long, e.g. 90d.")
                    Optional<Duration> life) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", name).put("role", role.name().toLowerCase(Locale.ROOT));
        life.ifPresent(time -> body.put("lifeSeconds", time.toSeconds()));
        try (ApiClient api = server.connect()) {
            ApiAnswer made = api.send(ApiRequest.create(body, "tokens"));
            server.print(made, COLUMNS.and("SECRET", "secret"));
            server.terminal()
                    .say("Made a token. Keep the secret now: the server has only a hash of it.");
            server.terminal().next("token", "revoke", made.json().path("id").asString());
        }
    }

    @Command(
            description = "Show all tokens, without their secrets.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater token list")
    void list(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get("tokens")));
            server.printPage(answer, COLUMNS, "token", "list");
        }
    }

    @Command(
            description = "End a token at once.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater token revoke 0199a6a0-7c00-7000-8000-000000000001")
    void revoke(@Parameters(paramLabel = "TOKEN", description = "Its id.") String token) {
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.delete("tokens", token)), COLUMNS);
            server.terminal().say("Revoked the token " + token + ".");
            server.terminal().next("token", "list");
        }
    }
}
