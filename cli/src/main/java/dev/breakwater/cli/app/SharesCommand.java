/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.OwnDevice;
import dev.breakwater.companion.account.Sharing;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater app shares}: who sees or uses what is whose. */
@Command(
        name = "shares",
        description =
                "Show whom you share a device with; without a device, what others share with you.",
        footerHeading = "%nExamples:%n",
        footer = {"  breakwater app shares tank-1", "  breakwater app shares"})
final class SharesCommand implements Runnable {

    private static final Columns GIVEN =
            Columns.none()
                    .and("WITH", "with/email")
                    .and("NAME", "with/name")
                    .and("RIGHT", "right")
                    .and("STATE", "state")
                    .and("SINCE", "acceptedAt")
                    .and("ENDS", "endsAt")
                    .and("SHARE", "id");
    static final Columns RECEIVED =
            Columns.none()
                    .and("SERIAL", "serial")
                    .and("OWNER", "owner/email")
                    .and("RIGHT", "right")
                    .and("SINCE", "since")
                    .and("ENDS", "endsAt")
                    .and("SHARE", "id");

    private final AppOptions app;

    @Parameters(arity = "0..1", paramLabel = "DEVICE", description = AppCommand.DEVICE)
    private Optional<String> name = Optional.empty();

    SharesCommand(AppOptions app) {
        this.app = app;
    }

    /** Marks those of the devices that somebody else shares, by whom and with which right. */
    static void mark(Iterable<OwnDevice> devices, List<Sharing.Received> shares) {
        for (OwnDevice device : devices) {
            shares.stream()
                    .filter(share -> share.device().equals(device.id()))
                    .findFirst()
                    .ifPresent(share -> device.json().set("share", share.json()));
        }
    }

    @Override
    public void run() {
        try (Account account = app.account()) {
            if (name.isEmpty()) {
                List<Sharing.Received> shares =
                        app.done(account, () -> account.sharing().received());
                printAll(shares.stream().map(Sharing.Received::json).toList(), RECEIVED);
                app.terminal().next("app", "devices");
                return;
            }
            OwnDevice device = app.device(account, name.get());
            List<Sharing.Given> shares =
                    app.done(account, () -> account.sharing().given(device.id()));
            printAll(shares.stream().map(Sharing.Given::json).toList(), GIVEN);
            if (shares.isEmpty()) {
                app.terminal().next("app", "share", name.get());
            } else {
                Sharing.Given first = shares.getFirst();
                String who = first.with().orElse(first.id());
                app.terminal().next("app", "unshare", name.get(), who);
            }
        }
    }

    private void printAll(List<ObjectNode> rows, Columns columns) {
        if (app.isJson()) {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            ArrayNode items = all.putArray("items");
            rows.forEach(items::add);
            app.terminal().json(all.toString());
        } else {
            columns.printRows(List.copyOf(rows), app.terminal());
        }
    }
}
