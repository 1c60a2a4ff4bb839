/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.companion.account.Outcome;
import dev.breakwater.companion.account.Refusal;
import dev.breakwater.companion.account.ServerAddress;
import dev.breakwater.companion.account.Standing;
import dev.breakwater.companion.account.Visitor;
import dev.breakwater.protocol.setup.SetupLabel;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater app scan}: what a label says, before anybody buys the device. */
@Command(
        name = "scan",
        description = {
            "Read the QR code on a device's label, and ask the server how the device stands: free, owned or",
            "reported stolen. It takes no account. What it prints opens the device's own network: keep it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater app scan label.png",
            "  breakwater app scan label.png --server https://iot.example:8443"
        })
final class ScanCommand implements Runnable {

    private static final Columns COLUMNS =
            Columns.none()
                    .and("SERIAL", "serial")
                    .and("NETWORK", "network")
                    .and("PASSPHRASE", "passphrase")
                    .and("SET-UP KEY", "setupKeyHash")
                    .and("STANDING", "standing");

    private final AppOptions app;

    @Mixin private final AppServer server = new AppServer();

    @Parameters(paramLabel = "PICTURE", description = "A PNG with the label.")
    private Path picture = Path.of("");

    ScanCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        SetupLabel label = LabelPicture.read(picture);
        Optional<ServerAddress> address = server.chosen(app.file());
        ObjectNode shown =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("serial", label.serial().text())
                        .put("network", label.network())
                        .put("passphrase", label.passphrase())
                        .put("setupKeyHash", label.key().text());
        if (address.isEmpty()) {
            app.print(shown, COLUMNS);
            app.terminal().say("The label is sound. How the device stands, its server can tell.");
            app.terminal().next("app", "scan", picture.toString(), "--server", "https://host:port");
            return;
        }
        Outcome<Standing> asked;
        try (Visitor visitor = new Visitor(address.get())) {
            asked = AppOptions.outcome(() -> visitor.standing(label));
        }
        boolean unknown =
                asked instanceof Outcome.Refused<Standing>(var refusal)
                        && refusal.kind() == Refusal.Kind.LABEL_UNKNOWN;
        if (unknown) {
            app.print(shown.put("standing", "unknown"), COLUMNS);
        }
        Standing standing = AppOptions.done(() -> asked);
        app.print(shown.put("standing", standing.code()), COLUMNS);
        switch (standing) {
            case FREE -> {
                app.terminal().say("The device is nobody's: whoever has it may set it up.");
                app.terminal().next("app", "set-up", picture.toString());
            }
            case OWNED -> {
                app.terminal()
                        .say(
                                "The device belongs to somebody. If you want to buy it, have it"
                                        + " handed on to you.");
                app.terminal().next("app", "accept");
            }
            case REPORTED_STOLEN ->
                    app.terminal().say("Its owner has reported the device stolen. Do not buy it.");
        }
    }
}
