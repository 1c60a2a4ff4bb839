/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Nothing;
import dev.breakwater.companion.account.OwnDevice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater app stolen}: a device is in the wrong hands. */
@Command(
        name = "stolen",
        description = {
            "Report one of your devices stolen: it is cut off at once, nobody else sets it up, and whoever asks by",
            "its label is told. Taking the report back takes a second factor, or without one the password, shown a",
            "short while ago; a terminal asks for it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater app stolen tank-1",
            "  breakwater app stolen tank-1 --found     take the report back"
        })
final class StolenCommand implements Runnable {

    private final AppOptions app;

    @Parameters(paramLabel = "DEVICE", description = AppCommand.DEVICE)
    private String name = "";

    @Option(names = "--found", description = "Take the report back.")
    private boolean found;

    StolenCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        try (Account account = app.account()) {
            OwnDevice device = app.device(account, name);
            if (found) {
                Nothing _ =
                        app.done(account, () -> account.ownership().takeReportBack(device.id()));
                app.terminal().say("The report is taken back; " + name + " may connect again.");
                app.terminal().next("app", "device", name);
            } else {
                Nothing _ = app.done(account, () -> account.ownership().reportStolen(device.id()));
                app.terminal().say("Reported " + name + " stolen; it is cut off.");
                app.terminal().next("app", "stolen", name, "--found");
            }
        }
    }
}
