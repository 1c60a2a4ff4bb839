/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.terminal.Table;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.OwnDevice;
import dev.breakwater.companion.account.OwnDevices;
import dev.breakwater.companion.account.OwnUpdate;
import dev.breakwater.protocol.DeviceId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater app updates}: what is new for the owner's devices. */
@Command(
        name = "updates",
        description = {
            "Show the updates of your devices: those that wait for you, those that are at it, and the last ones.",
            "With a device, also what its maker says of its update. Devices that others share with you are",
            "theirs to update, and not shown."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  breakwater app updates", "  breakwater app updates tank-1"})
final class UpdatesCommand implements Runnable {

    private final AppOptions app;

    @Parameters(arity = "0..1", paramLabel = "DEVICE", description = AppCommand.DEVICE)
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--cursor",
            paramLabel = "CURSOR",
            description = "Go on where the page of devices before ended.")
    private Optional<String> cursor = Optional.empty();

    UpdatesCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        try (Account account = app.account()) {
            if (name.isPresent()) {
                one(account, name.get());
            } else {
                all(account);
            }
        }
    }

    private void one(Account account, String device) {
        Optional<OwnUpdate> update = of(account, app.device(account, device));
        if (app.isJson()) {
            app.terminal()
                    .json(
                            update.map(OwnUpdate::json)
                                    .orElseGet(JsonNodeFactory.instance::objectNode)
                                    .toString());
        } else {
            update.ifPresent(told -> UpdateText.tell(told, app.terminal()));
        }
        if (update.isEmpty()) {
            app.terminal().say("There is no update for " + device + ".");
        } else if (update.get().mayBeAnswered()) {
            app.terminal().next("app", "approve", device, update.get().version());
        } else {
            app.terminal().next("app", "device", device);
        }
    }

    private void all(Account account) {
        OwnDevices.Page page = app.done(account, () -> account.devices().page(cursor));
        Set<DeviceId> shared =
                app.done(account, () -> account.sharing().received()).stream()
                        .map(share -> share.device())
                        .collect(Collectors.toSet());
        Map<OwnDevice, OwnUpdate> updates = new LinkedHashMap<>();
        for (OwnDevice device : page.devices()) {
            if (!shared.contains(device.id())) {
                of(account, device).ifPresent(update -> updates.put(device, update));
            }
        }
        if (app.isJson()) {
            app.terminal().json(json(updates).toString());
        } else {
            print(updates);
        }
        next(page, updates);
    }

    private Optional<OwnUpdate> of(Account account, OwnDevice device) {
        return app.done(account, () -> account.updates().of(device.id()));
    }

    private static ObjectNode json(Map<OwnDevice, OwnUpdate> updates) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        ArrayNode items = all.putArray("items");
        updates.forEach(
                (device, update) ->
                        items.addObject()
                                .put("device", device.id().toString())
                                .put("serial", device.serial().text())
                                .set("update", update.json()));
        return all;
    }

    private void print(Map<OwnDevice, OwnUpdate> updates) {
        Table table = new Table("SERIAL", "VERSION", "SECURITY", "STATE", "CAN WAIT UNTIL");
        updates.forEach(
                (device, update) ->
                        table.row(
                                device.serial().text(),
                                update.version(),
                                update.securityRelevant() ? "yes" : "",
                                update.state(),
                                update.postponableUntil().map(Instant::toString).orElse("")));
        table.printTo(app.terminal());
    }

    private void next(OwnDevices.Page page, Map<OwnDevice, OwnUpdate> updates) {
        Optional<OwnDevice> asks =
                updates.entrySet().stream()
                        .filter(entry -> entry.getValue().asksOwner())
                        .map(Map.Entry::getKey)
                        .findFirst();
        if (page.next().isPresent()) {
            app.terminal().next("app", "updates", "--cursor", page.next().get());
        } else if (asks.isPresent()) {
            app.terminal().next("app", "updates", asks.get().serial().text());
        } else {
            app.terminal().say("No device waits for you.");
        }
    }
}
