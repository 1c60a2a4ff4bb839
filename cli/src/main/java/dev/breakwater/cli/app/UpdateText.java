/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.terminal.Bar;
import dev.breakwater.cli.terminal.ByteCount;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.companion.account.OwnUpdate;
import java.time.Instant;

/** An update as its owner reads it. */
final class UpdateText {

    private UpdateText() {}

    /** What it is, how it stands, and what its maker says of it. */
    static void tell(OwnUpdate update, Terminal terminal) {
        terminal.result(
                "version   "
                        + update.version()
                        + (update.securityRelevant() ? "  (security)" : ""));
        terminal.result("download  " + ByteCount.of(update.lengthBytes()));
        terminal.result("state     " + state(update));
        for (String line : update.notes().strip().lines().toList()) {
            terminal.result("  " + line);
        }
    }

    /** Where it stands, in a sentence. */
    static String state(OwnUpdate update) {
        return switch (update.state()) {
            case "waiting" ->
                    (update.approved() ? "you approved it; " : "")
                            + "its turn has not come yet, or the device is off";
            case "offered" -> "the device was told and has not answered yet";
            case "asking" -> "waits for you" + until(update);
            case "postponed" ->
                    "put off until "
                            + update.postponedUntil().map(Instant::toString).orElse("later")
                            + until(update);
            case "refused" -> "you refused it";
            case "installing" -> "installs  " + Bar.of(update.percent(), 100);
            case "trying" -> "restarts into it, on trial";
            case "confirmed" -> "runs it, and is well";
            case "failed" ->
                    "did not succeed" + because(update) + "; the device runs what it ran before";
            case "ineligible" -> "is not for this device" + because(update);
            case "withdrawn" -> "was withdrawn by the maker";
            default -> update.state();
        };
    }

    private static String until(OwnUpdate update) {
        return update.postponableUntil()
                .map(latest -> "; it can be put off until " + latest)
                .orElse("; it cannot be put off");
    }

    private static String because(OwnUpdate update) {
        return update.reason().map(reason -> ": " + reason).orElse("");
    }
}
