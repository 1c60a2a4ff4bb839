/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.member;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.cli.client.ServerChoice;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater invitation}: who is to come in. */
@Command(name = "invitation", description = "Look at open invitations, withdraw and accept them.")
public final class InvitationCommand {

    private static final Columns COLUMNS =
            Columns.none()
                    .and("ID", "id")
                    .and("ADDRESS", "email")
                    .and("ROLE", "role")
                    .and("CREATED", "createdAt")
                    .and("EXPIRES", "expiresAt");

    private static final Columns JOINED =
            Columns.none().and("ADDRESS", "email").and("NAME", "name").and("ROLE", "role");

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public InvitationCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Show invitations that wait to be accepted, without their codes.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater invitation list")
    void list(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get("invitations")));
            server.printPage(answer, COLUMNS, "invitation", "list");
        }
    }

    @Command(
            description = "Withdraw an invitation; its code is good no longer.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater invitation withdraw ann@reef.example")
    void withdraw(
            @Parameters(paramLabel = "INVITATION", description = "Its id, or the address.")
                    String invitation) {
        try (ApiClient api = server.connect()) {
            String id = Names.invitationId(api, invitation);
            server.print(api.send(ApiRequest.delete("invitations", id)), COLUMNS);
            server.terminal().say("Withdrew the invitation " + invitation + ".");
            server.terminal().next("invitation", "list");
        }
    }

    @Command(
            description = {
                "Become a member, with an invitation's code.",
                "The code and a password of your own are asked for at the terminal, or read from standard input: one",
                "line for each. A few words that have nothing to do with each other make a good password."
            },
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater invitation accept --server https://iot.example:8443 --root sha256:0f1e... --name Ann")
    void accept(
            @Mixin ServerChoice choice,
            @Option(
                            names = "--name",
                            required = true,
                            paramLabel = "NAME",
                            description = "What you are called.")
                    String name) {
        Profile chosen = choice.chosen(server.file());
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("code", server.keyboard().secret("Code of the invitation").strip());
        body.put("name", name).put("password", server.keyboard().newSecret("A new password"));
        try (ApiClient api = ApiClient.withoutToken(chosen.server(), chosen.root())) {
            ApiAnswer joined = api.send(ApiRequest.post(body, "invitations", "acceptance"));
            server.print(joined, JOINED);
            server.terminal().say("You are a member of the organization.");
            server.terminal()
                    .next(
                            "login",
                            joined.json().path("email").asString(""),
                            "--server",
                            chosen.server().toString(),
                            "--root",
                            chosen.root().toString());
        }
    }
}
