/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Nothing;
import dev.breakwater.companion.account.Outcome;
import picocli.CommandLine.Command;

/** {@code breakwater app logout}: the app acts as nobody any more. */
@Command(
        name = "logout",
        description = "End your session on the server and forget it here.",
        footerHeading = "%nExample:%n",
        footer = "  breakwater app logout")
final class AppLogOutCommand implements Runnable {

    private final AppOptions app;

    AppLogOutCommand(AppOptions app) {
        this.app = app;
    }

    /** A server that cannot be reached ends no session, so that the file keeps it then. */
    @Override
    public void run() {
        try (Account account = app.account()) {
            Outcome<Nothing> outcome = AppOptions.outcome(account::logOut);
            if (!(outcome instanceof Outcome.LoggedOut<Nothing>)) {
                Nothing _ = AppOptions.done(() -> outcome);
            }
            app.terminal().say("Logged out.");
            app.terminal().next("app", "login", "EMAIL");
        }
    }
}
