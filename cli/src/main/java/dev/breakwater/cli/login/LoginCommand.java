/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.login;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.KnownSources;
import dev.breakwater.cli.client.LogIn;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.cli.client.ProfileChange;
import dev.breakwater.cli.client.ProfileFile;
import dev.breakwater.cli.client.ServerChoice;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater login}: commands act as a person from here on. */
@Command(
        name = "login",
        description = {
            "Log in, so that commands act as you.",
            "The password is asked for at the terminal, or read from standard input: one line, and another for",
            "the second factor if you have one. Until breakwater logout every command with this profile acts as",
            "you; a token waits meanwhile."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater login ann@reef.example",
            "  breakwater login ann@reef.example --server https://iot.example:8443 --root sha256:0f1e...",
            "  pass show breakwater | breakwater login ann@reef.example --code 123456"
        })
public final class LoginCommand implements Callable<Integer> {

    private static final Columns COLUMNS =
            Columns.none().and("ADDRESS", "email").and("NAME", "name").and("ROLE", "role");

    @Mixin private final ServerOptions server;
    @Mixin private final ServerChoice choice = new ServerChoice();

    @Parameters(paramLabel = "EMAIL", description = "Your address, as you were invited.")
    private String email = "";

    @Option(
            names = "--organization",
            paramLabel = "ID",
            description = "Which one, if you belong to several.")
    private @Nullable String organization;

    /** With the options that lead to the profile. */
    public LoginCommand(ServerOptions server) {
        this.server = server;
    }

    @Override
    public Integer call() throws IOException {
        ProfileFile file = server.file();
        Profile chosen = choice.chosen(file);
        String password = server.keyboard().secret("Password of " + email);
        try (ProfileChange change = file.change();
                ApiClient api = ApiClient.withoutToken(chosen.server(), chosen.root())) {
            Profile kept = change.before().orElse(chosen);
            refuseOther(file, kept, chosen);
            KnownSources here = new KnownSources(file);
            LogIn.Begun begun =
                    new LogIn(api, server.secondFactor(), here.of(chosen.server(), email))
                            .attempt(email, password, Optional.ofNullable(organization));
            change.store(kept.with(begun.session()));
            if (begun.knownSource().isPresent()) {
                here.keep(chosen.server(), email, begun.knownSource().get());
            }
            server.print(begun.member(), COLUMNS);
        }
        server.terminal()
                .say(
                        "Logged in at "
                                + chosen.server()
                                + ". The session is in "
                                + file.path()
                                + ", readable by you only.");
        server.terminal().next("device", "list");
        return ExitCode.OK.number();
    }

    /** The profile's token must not get to another server with the next command after logout. */
    private static void refuseOther(ProfileFile file, Profile kept, Profile chosen) {
        if (!kept.server().equals(chosen.server()) || !kept.root().equals(chosen.root())) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "the profile "
                            + file.path()
                            + " is of another server, "
                            + kept.server()
                            + "; name another profile with --profile");
        }
    }
}
