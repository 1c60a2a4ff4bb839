/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Ownership;
import picocli.CommandLine.Command;

/** {@code breakwater app accept}: somebody else's device becomes one's own. */
@Command(
        name = "accept",
        description = {
            "Take a device over by the code that its owner made.",
            "The code is asked for at the terminal, or read from standard input: one line. The device is kept for",
            "you, and you set it up."
        },
        footerHeading = "%nExample:%n",
        footer = "  breakwater app accept")
final class AcceptCommand implements Runnable {

    private static final Columns COLUMNS =
            Columns.none().and("SERIAL", "serial").and("KEPT UNTIL", "keptUntil");

    private final AppOptions app;

    AcceptCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        try (Account account = app.account()) {
            String code = app.keyboard().secret("Code of the transfer");
            Ownership.Taken taken = app.done(account, () -> account.ownership().accept(code));
            app.print(taken.json(), COLUMNS);
            app.terminal()
                    .say(
                            "The device "
                                    + taken.serial()
                                    + " is kept for you; nobody else can set it up until then.");
            app.terminal().next("app", "set-up", "label.png");
        }
    }
}
