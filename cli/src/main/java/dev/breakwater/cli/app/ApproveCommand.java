/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.OwnUpdate;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code breakwater app approve}: a device is to install its update. */
@Command(
        name = "approve",
        description = {
            "Let one of your devices install its update: now, or when it comes back. It checks by itself that its",
            "maker has signed it, restarts into it, and goes back to what it ran if it is not well with it. With",
            "a version, no other one is approved."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  breakwater app approve tank-1 1.1", "  breakwater app approve tank-1"})
final class ApproveCommand implements Runnable {

    private final AppOptions app;

    @Parameters(index = "0", paramLabel = "DEVICE", description = AppCommand.DEVICE)
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VERSION",
            description = "The one you mean.")
    private Optional<String> version = Optional.empty();

    ApproveCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        try (Account account = app.account()) {
            OwnUpdate update =
                    UpdateAnswer.give(app, account, name, version, account.updates()::approve);
            app.terminal().say("Approved " + update.version() + " for " + name + ".");
            app.terminal().next("app", "updates", name);
        }
    }
}
