/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.organization;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater organization}: what all people and devices belong to. */
@Command(name = "organization", description = "Look at your organization, and change it.")
public final class OrganizationCommand {

    private static final Columns COLUMNS =
            Columns.none()
                    .and("ID", "id")
                    .and("NAME", "name")
                    .and("ENABLED", "enabled")
                    .and("SECOND FACTOR REQUIRED", "secondFactorRequired")
                    .and("CREATED", "createdAt");

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public OrganizationCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Show the organization.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater organization show")
    void show() {
        try (ApiClient api = server.connect()) {
            server.print(own(api), COLUMNS);
            server.terminal().next("member", "list");
        }
    }

    @Command(
            description = {
                "Change the organization; what is not named stays as it is.",
                "Where a second factor is required, members who have none can do nothing but set one up."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater organization set --require-second-factor",
                "  breakwater organization set --name \"Reef & Daughters\" --require-second-factor=false"
            })
    void set(
            @Option(names = "--name", paramLabel = "NAME", description = "What it is called.")
                    Optional<String> name,
            @Option(
                            names = "--require-second-factor",
                            arity = "0..1",
                            fallbackValue = "true",
                            paramLabel = "true|false",
                            description =
                                    "Whether members have to prove a second factor; true without a value.")
                    Optional<Boolean> required) {
        if (name.isEmpty() && required.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.USAGE, "say what is to change: --name, --require-second-factor");
        }
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        name.ifPresent(text -> patch.put("name", text));
        required.ifPresent(flag -> patch.put("secondFactorRequired", flag.booleanValue()));
        try (ApiClient api = server.connect()) {
            ApiAnswer own = own(api);
            ApiRequest change =
                    ApiRequest.patch(patch, "organizations", own.json().path("id").asString())
                            .onlyIf(own.etag());
            server.print(api.send(change), COLUMNS);
            server.terminal().say("Changed the organization.");
            server.terminal().next("organization", "show");
        }
    }

    private static ApiAnswer own(ApiClient api) {
        JsonNode listed = api.send(ApiRequest.get("organizations")).json().at("/items/0");
        return api.send(ApiRequest.get("organizations", listed.path("id").asString()));
    }
}
