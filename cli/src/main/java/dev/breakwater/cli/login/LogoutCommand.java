/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.login;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.cli.client.ProfileChange;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.client.Session;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code breakwater logout}: nobody acts as this person any more. */
@Command(
        name = "logout",
        description = {
            "End the session on the server and take it out of the profile.",
            "If the profile holds a token, commands use that again."
        },
        footerHeading = "%nExample:%n",
        footer = "  breakwater logout")
public final class LogoutCommand implements Callable<Integer> {

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public LogoutCommand(ServerOptions server) {
        this.server = server;
    }

    /** A server that cannot be reached ends no session, so that the profile keeps it then. */
    @Override
    public Integer call() throws IOException {
        Session session =
                server.file()
                        .read()
                        .session()
                        .orElseThrow(
                                () ->
                                        new CommandFailed(
                                                ExitCode.REFUSED,
                                                "nobody is logged in with the profile "
                                                        + server.file().path()));
        endOnServer();
        try (ProfileChange change = server.file().change()) {
            Profile kept = change.before().orElseThrow();
            change.store(kept.withoutSession());
        }
        server.terminal().say("Logged out " + session.email() + ".");
        server.terminal().next("login", session.email());
        return ExitCode.OK.number();
    }

    private void endOnServer() {
        try (ApiClient api = server.connect()) {
            JsonNode sessions = api.send(ApiRequest.get("me", "sessions")).json().path("items");
            for (JsonNode one : sessions) {
                if (one.path("current").asBoolean()) {
                    api.send(ApiRequest.delete("me", "sessions", one.path("id").asString()));
                }
            }
        } catch (CommandFailed failed) {
            if (failed.exitCode() != ExitCode.REFUSED) {
                throw failed;
            }
            // The server knows the session no longer, which is what was wanted.
            server.terminal().say("The session was over already: " + failed.getMessage() + ".");
        }
    }
}
