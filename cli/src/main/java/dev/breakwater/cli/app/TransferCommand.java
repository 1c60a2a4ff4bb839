/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Nothing;
import dev.breakwater.companion.account.OwnDevice;
import dev.breakwater.companion.account.Ownership;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater app transfer}: a device is to become somebody else's. */
@Command(
        name = "transfer",
        description = {
            "Make a code by which somebody else takes one of your devices over, within a day.",
            "The device stays yours until they use it; then all that it told is deleted. It takes a second factor,",
            "or without one the password, shown a short while ago; a terminal asks for it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater app transfer tank-1",
            "  breakwater app transfer tank-1 --withdraw     take the code back"
        })
final class TransferCommand implements Runnable {

    private static final Columns COLUMNS =
            Columns.none().and("CODE", "code").and("GOOD UNTIL", "expiresAt");

    private final AppOptions app;

    @Parameters(paramLabel = "DEVICE", description = AppCommand.DEVICE)
    private String name = "";

    @Option(names = "--withdraw", description = "Take the code back that was made last.")
    private boolean withdraw;

    TransferCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        try (Account account = app.account()) {
            OwnDevice device = app.device(account, name);
            if (withdraw) {
                Nothing _ = app.done(account, () -> account.ownership().withdrawOffer(device.id()));
                app.terminal().say("The code is good no longer; " + name + " stays yours.");
                app.terminal().next("app", "device", name);
            } else {
                Ownership.Offer offer =
                        app.done(account, () -> account.ownership().offer(device.id()));
                app.print(offer.json(), COLUMNS);
                app.terminal()
                        .say(
                                "Whoever shows this code takes "
                                        + name
                                        + " over, with breakwater app accept. It is shown this once.");
                app.terminal().next("app", "transfer", name, "--withdraw");
            }
        }
    }
}
