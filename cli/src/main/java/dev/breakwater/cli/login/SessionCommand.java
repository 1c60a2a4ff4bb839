/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.login;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code breakwater session}: where somebody is logged in. */
@Command(name = "session", description = "Look at your own sessions, and end them.")
public final class SessionCommand {

    private static final Columns COLUMNS =
            Columns.none()
                    .and("ID", "id")
                    .and("FROM", "source")
                    .and("BEGUN", "createdAt")
                    .and("RENEWED", "refreshedAt")
                    .and("ENDS", "expiresAt")
                    .and("THIS ONE", "current");

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public SessionCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Show your sessions that go on, the youngest first.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater session list")
    void list() {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(ApiRequest.get("me", "sessions"));
            server.printPage(answer, COLUMNS, "session", "list");
            server.terminal().next("session", "end", "SESSION");
        }
    }

    @Command(
            name = "end-others",
            description = {
                "End all your sessions but this one at once.",
                "It takes a second factor, or without one the password, shown a short while ago; a terminal asks for",
                "it."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater session end-others")
    void endOthers() {
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.delete("me", "sessions")), COLUMNS);
            server.terminal().say("Ended all your sessions but this one.");
            server.terminal().next("session", "list");
        }
    }

    @Command(
            description = {
                "End one of your sessions at once, e.g. that of a computer you lost.",
                "It takes a second factor, or without one the password, shown a short while ago; a terminal asks for",
                "it. breakwater logout ends the one you are in."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater session end 0199a6a0-7c00-7000-8000-000000000001")
    void end(@Parameters(paramLabel = "SESSION", description = "Its id.") String session) {
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.delete("me", "sessions", session)), COLUMNS);
            server.terminal().say("Ended the session " + session + ".");
            server.terminal().next("session", "list");
        }
    }
}
