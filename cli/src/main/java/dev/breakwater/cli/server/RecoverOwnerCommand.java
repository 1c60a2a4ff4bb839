/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.OwnerRecovery;
import dev.breakwater.server.StartRefused;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.OwnerReset;
import dev.breakwater.server.member.PasswordResetCode;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater recover-owner}: the way back for an owner whom nobody else can help. */
@Command(
        name = "recover-owner",
        description = {
            "Make a code with which an owner sets another password for one that was forgotten.",
            "Run it on the server's machine, as the user who runs the server, while the server is stopped. Where",
            "there is another owner, let them run breakwater member reset-password instead. Second factors stay."
        },
        footerHeading = "%nExample:%n",
        footer =
                "  breakwater recover-owner ann@reef.example --config /etc/breakwater/breakwater.toml")
public final class RecoverOwnerCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private final ConfiguredPlace place;

    @Parameters(paramLabel = "EMAIL", description = "The owner's address.")
    private String email = "";

    @Option(
            names = "--organization",
            paramLabel = "ID",
            description = "Which one, if they own several.")
    private @Nullable String organization;

    /** A command that finds its defaults in this environment. */
    public RecoverOwnerCommand(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.place = new ConfiguredPlace(environment);
    }

    @Override
    public Integer call() {
        OwnerRecovery recovery =
                new OwnerRecovery(place.read().directory(), place.database(), Clock.systemUTC());
        try {
            return switch (recovery.issue(email, wanted())) {
                case OwnerReset.Outcome.Done(
                                Member owner,
                                PasswordResetCode code,
                                Instant expiresAt) -> {
                    terminal.result("address  " + owner.email().text());
                    terminal.result("expires  " + expiresAt);
                    terminal.result("code     " + code.reveal());
                    terminal.say(
                            "The code is shown this once and works once. Start the server again; the"
                                    + " owner then runs breakwater me forgotten-password.");
                    terminal.next(place.command("server"));
                    yield ExitCode.OK.number();
                }
                case OwnerReset.Outcome.NoSuchOwner() ->
                        throw new CommandFailed(
                                ExitCode.REFUSED,
                                "nobody with the address '"
                                        + email
                                        + "' is an owner who may log in; nothing was changed");
                case OwnerReset.Outcome.Several(List<OrganizationId> organizations) ->
                        throw new CommandFailed(
                                ExitCode.USAGE,
                                "the address is an owner's in several organizations; name one with"
                                        + " --organization: "
                                        + organizations.stream()
                                                .map(OrganizationId::toString)
                                                .collect(Collectors.joining(", ")));
            };
        } catch (StartRefused refused) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, String.valueOf(refused.getMessage()), refused);
        }
    }

    private Optional<OrganizationId> wanted() {
        try {
            return Optional.ofNullable(organization).map(OrganizationId::parse);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }
}
