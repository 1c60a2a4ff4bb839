/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Credentials;
import dev.breakwater.companion.account.LogInStep;
import dev.breakwater.companion.account.Outcome;
import dev.breakwater.companion.account.ServerAddress;
import dev.breakwater.companion.account.Visitor;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater app login}: the app acts as its owner from here on. */
@Command(
        name = "login",
        description = {
            "Log in as the owner of devices.",
            "The password is asked for at the terminal, or read from standard input: one line, and another for",
            "the second factor if you have one."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater app login bob@home.example --server https://iot.example:8443",
            "  breakwater app login bob@home.example --server https://iot.example:8443 --root sha256:0f1e..."
        })
final class AppLogInCommand implements Runnable {

    private static final int ATTEMPTS_MAX = 3;

    private static final Columns COLUMNS =
            Columns.none().and("ADDRESS", "email").and("NAME", "name").and("ROLE", "role");

    private final AppOptions app;

    @Mixin private final AppServer server = new AppServer();

    @Parameters(paramLabel = "EMAIL", description = "Your address, as you were invited.")
    private String email = "";

    @Option(
            names = "--organization",
            paramLabel = "ID",
            description = "Which one, if you belong to several.")
    private Optional<String> organization = Optional.empty();

    AppLogInCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        OwnerFile file = app.file();
        ServerAddress address = server.required(file);
        String password = app.keyboard().secret("Password of " + email);
        try (Visitor visitor = new Visitor(address);
                OwnerFile.Held held = file.hold()) {
            OwnerFile.Content before =
                    file.content()
                            .filter(content -> content.server().equals(address))
                            .orElseGet(() -> OwnerFile.Content.of(address));
            Optional<String> known =
                    before.knownSource()
                            .filter(source -> source.email().equalsIgnoreCase(email))
                            .map(OwnerFile.KnownSource::secret);
            LogInStep.LoggedIn begun = logIn(visitor, password, known);
            held.replace(
                    before.with(Optional.of(begun.session()))
                            .knownBy(
                                    begun.knownSource()
                                            .map(
                                                    secret ->
                                                            new OwnerFile.KnownSource(
                                                                    email, secret))));
        } catch (IOException unwritable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    file.path() + " cannot be written: " + unwritable.getMessage(),
                    unwritable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(ExitCode.UNREACHABLE, "interrupted while waiting", interrupted);
        }
        try (Account account = app.account()) {
            Account.Member member = app.done(account, account::member);
            app.print(shown(member), COLUMNS);
        }
        app.terminal()
                .say(
                        "Logged in at "
                                + address
                                + ". The session is in "
                                + file.path()
                                + ", readable by you only.");
        app.terminal().next("app", "devices");
    }

    private static ObjectNode shown(Account.Member member) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", member.id())
                .put("email", member.email())
                .put("name", member.name())
                .put("role", member.role());
    }

    private LogInStep.LoggedIn logIn(Visitor visitor, String password, Optional<String> known) {
        LogInStep step =
                AppOptions.done(
                        () -> visitor.logIn(new Credentials(email, password, organization, known)));
        return switch (step) {
            case LogInStep.LoggedIn begun -> begun;
            case LogInStep.SecondFactorNeeded(var challenge) ->
                    secondFactor(visitor, challenge, known);
        };
    }

    private LogInStep.LoggedIn secondFactor(
            Visitor visitor, String challenge, Optional<String> known) {
        Optional<String> said = app.said();
        boolean asksAgain = said.isEmpty() && app.keyboard().isAttended();
        for (int left = asksAgain ? ATTEMPTS_MAX : 1; ; left--) {
            var proof = app.secondFactor(said);
            Outcome<LogInStep> outcome =
                    AppOptions.outcome(() -> visitor.secondFactor(challenge, proof, known));
            if (left > 1 && AppOptions.isWrong(outcome)) {
                continue;
            }
            if (AppOptions.done(() -> outcome) instanceof LogInStep.LoggedIn begun) {
                return begun;
            }
            throw new CommandFailed(
                    ExitCode.UNREACHABLE, "the server asks for the second factor without end");
        }
    }
}
