/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.OwnDevice;
import dev.breakwater.companion.account.Sharing;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater app share}: somebody else is to see or use a device. */
@Command(
        name = "share",
        description = {
            "Make a code by which somebody else may see one of your devices, or use it, until one of you ends it.",
            "They need an account of their own. They can neither pass it on nor give the device away, and see",
            "nothing of your others; of this one they also see what it told before. It takes a second factor, or",
            "without one the password, shown a short while ago; a terminal asks for it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater app share tank-1                 to see it",
            "  breakwater app share tank-1 --use           also to command it",
            "  breakwater app share tank-1 --use --until 2027-01-31T18:00:00Z"
        })
final class ShareCommand implements Runnable {

    private static final Columns OFFER =
            Columns.none()
                    .and("CODE", "code")
                    .and("RIGHT", "right")
                    .and("GOOD UNTIL", "expiresAt")
                    .and("SHARE ENDS", "endsAt")
                    .and("SHARE", "id");

    private final AppOptions app;

    @Parameters(paramLabel = "DEVICE", description = AppCommand.DEVICE)
    private String name = "";

    @Option(names = "--use", description = "They may also command it, and say how it is to be.")
    private boolean use;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "When it is over by itself, such as 2027-01-31T18:00:00Z.")
    private Optional<Instant> until = Optional.empty();

    ShareCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        Sharing.Right right = use ? Sharing.Right.USE : Sharing.Right.READ;
        try (Account account = app.account()) {
            OwnDevice device = app.device(account, name);
            Sharing.Offer offer =
                    app.done(account, () -> account.sharing().offer(device.id(), right, until));
            app.print(offer.json(), OFFER);
            app.terminal()
                    .say(
                            "Whoever shows this code may "
                                    + (use ? "use " : "see ")
                                    + name
                                    + ", with breakwater app accept-share. It is shown this once.");
            app.terminal().next("app", "shares", name);
        }
    }
}
