/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Nothing;
import dev.breakwater.companion.account.OwnDevice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater app dispose}: a device is given away or thrown away. */
@Command(
        name = "dispose",
        description = {
            "Give one of your devices back: its access ends at once, all that it told is deleted, and whoever has",
            "it next sets it up as new. This cannot be undone. It takes a second factor, or without one the",
            "password, shown a short while ago; a terminal asks for it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater app dispose tank-1",
            "  breakwater app dispose tank-1 --yes     without being asked"
        })
final class DisposeCommand implements Runnable {

    private final AppOptions app;

    @Parameters(paramLabel = "DEVICE", description = AppCommand.DEVICE)
    private String name = "";

    @Option(names = "--yes", description = "Do it without being asked.")
    private boolean yes;

    DisposeCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        try (Account account = app.account()) {
            OwnDevice device = app.device(account, name);
            requireWill(device);
            Nothing _ = app.done(account, () -> account.ownership().release(device.id()));
            app.terminal()
                    .say(
                            "The device "
                                    + device.serial()
                                    + " is yours no longer, and what it told is deleted. It is told to"
                                    + " wipe itself; a press of ten seconds on its button does the same"
                                    + " at once.");
            app.terminal().next("app", "devices");
        }
    }

    private void requireWill(OwnDevice device) {
        if (yes) {
            return;
        }
        String typed =
                app.keyboard()
                        .line("This cannot be undone. Type the serial to give the device back");
        if (!typed.strip().equals(device.serial().text())) {
            throw new CommandFailed(ExitCode.USAGE, "that is not its serial; nothing was changed");
        }
    }
}
