/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Outcome;
import dev.breakwater.companion.account.OwnUpdate;
import java.io.IOException;
import java.util.Optional;

/** What the three answers to an update have in common: it is read first, and named. */
final class UpdateAnswer {

    private UpdateAnswer() {}

    /** Says something about an update that was shown. */
    @FunctionalInterface
    interface Saying {
        Outcome<OwnUpdate> say(OwnUpdate shown) throws IOException, InterruptedException;
    }

    /**
     * Reads the update of a device, says something about it, and shows how it stands then.
     *
     * @param version the one that is meant; empty for whichever there is
     */
    static OwnUpdate give(
            AppOptions app,
            Account account,
            String device,
            Optional<String> version,
            Saying saying) {
        OwnUpdate shown =
                app.done(account, () -> account.updates().of(app.device(account, device).id()))
                        .orElseThrow(
                                () ->
                                        new CommandFailed(
                                                ExitCode.REFUSED,
                                                "there is no update for " + device));
        if (version.isPresent() && !version.get().equals(shown.version())) {
            throw new CommandFailed(
                    ExitCode.REFUSED,
                    "the update of %s is %s and not %s; breakwater app updates %s shows it"
                            .formatted(device, shown.version(), version.get(), device));
        }
        OwnUpdate after = app.done(account, () -> saying.say(shown));
        if (app.isJson()) {
            app.terminal().json(after.json().toString());
        } else {
            UpdateText.tell(after, app.terminal());
        }
        return after;
    }
}
