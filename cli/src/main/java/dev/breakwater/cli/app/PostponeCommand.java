/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.OwnUpdate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater app postpone}: an update may wait. */
@Command(
        name = "postpone",
        description = {
            "Put the update of one of your devices off; it asks you again then. How long that may be its maker",
            "says, and for one that mends a security hole it is shorter: breakwater app updates shows the time."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater app postpone tank-1 --for 2d",
            "  breakwater app postpone tank-1 1.1 --until 2027-01-31T18:00:00Z"
        })
final class PostponeCommand implements Runnable {

    private final AppOptions app;

    @Parameters(index = "0", paramLabel = "DEVICE", description = AppCommand.DEVICE)
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VERSION",
            description = "The one you mean.")
    private Optional<String> version = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "When it is to ask again.")
    private Optional<Instant> until = Optional.empty();

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            description = "The same from now on, e.g. 2d.")
    private Optional<Duration> duration = Optional.empty();

    PostponeCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        if (until.isPresent() == duration.isPresent()) {
            throw new CommandFailed(
                    ExitCode.USAGE, "say how long it may wait: --until TIME or --for DURATION");
        }
        Instant then =
                until.orElseGet(
                        () -> InstantSource.system().instant().plus(duration.orElseThrow()));
        try (Account account = app.account()) {
            OwnUpdate update =
                    UpdateAnswer.give(
                            app,
                            account,
                            name,
                            version,
                            shown -> account.updates().postpone(shown, then));
            app.terminal()
                    .say(
                            "Put %s off for %s until %s."
                                    .formatted(
                                            update.version(),
                                            name,
                                            update.postponedUntil().orElse(then)));
            app.terminal().next("app", "approve", name, update.version());
        }
    }
}
