/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.OwnUpdate;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code breakwater app refuse}: a device is not to install its update. */
@Command(
        name = "refuse",
        description = {
            "Let one of your devices go on as it is, without this update; its maker sees that you do not want it.",
            "You may still approve it later, as long as it is offered. A later update is asked about anew."
        },
        footerHeading = "%nExample:%n",
        footer = "  breakwater app refuse tank-1 1.1")
final class RefuseCommand implements Runnable {

    private final AppOptions app;

    @Parameters(index = "0", paramLabel = "DEVICE", description = AppCommand.DEVICE)
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VERSION",
            description = "The one you mean.")
    private Optional<String> version = Optional.empty();

    RefuseCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        try (Account account = app.account()) {
            OwnUpdate update =
                    UpdateAnswer.give(app, account, name, version, account.updates()::refuse);
            app.terminal().say("Refused " + update.version() + " for " + name + ".");
            app.terminal().next("app", "approve", name, update.version());
        }
    }
}
