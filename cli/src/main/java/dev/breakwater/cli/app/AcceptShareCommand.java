/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Sharing;
import picocli.CommandLine.Command;

/** {@code breakwater app accept-share}: somebody else's device is seen or used. */
@Command(
        name = "accept-share",
        description = {
            "Accept what somebody shares with you, by the code that they made.",
            "The code is asked for at the terminal, or read from standard input: one line."
        },
        footerHeading = "%nExample:%n",
        footer = "  breakwater app accept-share")
final class AcceptShareCommand implements Runnable {

    private final AppOptions app;

    AcceptShareCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        try (Account account = app.account()) {
            String code = app.keyboard().secret("Code of the share");
            Sharing.Received share = app.done(account, () -> account.sharing().accept(code));
            app.print(share.json(), SharesCommand.RECEIVED);
            app.terminal()
                    .say(
                            share.owner()
                                    + " lets you "
                                    + (share.right().equals(Sharing.Right.USE.code())
                                            ? "use "
                                            : "see ")
                                    + share.serial()
                                    + ".");
            app.terminal().next("app", "device", share.serial().text());
        }
    }
}
