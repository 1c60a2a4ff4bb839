/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Nothing;
import dev.breakwater.companion.account.OwnDevice;
import dev.breakwater.companion.account.Sharing;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code breakwater app unshare}: a share ends, by either side. */
@Command(
        name = "unshare",
        description = {
            "End a share of one of your devices, at once; or, without saying whose, give up what somebody shares",
            "with you."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater app unshare tank-1 eve@home.example",
            "  breakwater app unshare tank-1        it is somebody else's"
        })
final class UnshareCommand implements Runnable {

    private final AppOptions app;

    @Parameters(index = "0", paramLabel = "DEVICE", description = AppCommand.DEVICE)
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "WHO",
            description = "Their address, or the id of the share or offer.")
    private Optional<String> who = Optional.empty();

    UnshareCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        try (Account account = app.account()) {
            OwnDevice device = app.device(account, name);
            if (who.isEmpty()) {
                leave(account, device);
                return;
            }
            List<Sharing.Given> shares =
                    app.done(account, () -> account.sharing().given(device.id()));
            Sharing.Given share =
                    shares.stream()
                            .filter(one -> isCalled(one, who.get()))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new CommandFailed(
                                                    ExitCode.REFUSED,
                                                    name
                                                            + " is not shared with '"
                                                            + who.get()
                                                            + "'; breakwater app shares "
                                                            + name
                                                            + " shows whom it is shared with"));
            Nothing _ = app.done(account, () -> account.sharing().end(device.id(), share.id()));
            app.terminal().say(name + " is not shared with " + who.get() + " any more.");
            app.terminal().next("app", "shares", name);
        }
    }

    private void leave(Account account, OwnDevice device) {
        Sharing.Received share =
                app.done(account, () -> account.sharing().received()).stream()
                        .filter(one -> one.device().equals(device.id()))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new CommandFailed(
                                                ExitCode.REFUSED,
                                                name
                                                        + " is yours: say whose share of it is to"
                                                        + " end; breakwater app shares "
                                                        + name
                                                        + " shows them"));
        Nothing _ = app.done(account, () -> account.sharing().leave(share));
        app.terminal().say(share.owner() + " shares " + name + " with you no longer.");
        app.terminal().next("app", "devices");
    }

    private static boolean isCalled(Sharing.Given share, String who) {
        return share.id().equals(who)
                || share.with().filter(email -> email.equalsIgnoreCase(who)).isPresent();
    }
}
