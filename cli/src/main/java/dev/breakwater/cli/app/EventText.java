/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.companion.account.DeviceWatch;
import dev.breakwater.companion.account.OwnEvent;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Shows what happens, one line for each event. */
final class EventText implements DeviceWatch.Listener {

    private final Terminal terminal;
    private final boolean json;
    private long left;

    EventText(Terminal terminal, boolean json, long left) {
        this.terminal = terminal;
        this.json = json;
        this.left = left;
    }

    @Override
    public boolean happened(OwnEvent event) {
        switch (event) {
            case OwnEvent.StateChanged(var device, var reported, var desired) ->
                    show(
                            "state",
                            members(device.toString())
                                    .put("reportedVersion", reported)
                                    .put("desiredVersion", desired));
            case OwnEvent.CommandChanged(var device, var command, var state) ->
                    show(
                            "command",
                            members(device.toString())
                                    .put("command", command.toString())
                                    .put("state", state));
            case OwnEvent.DeviceChanged(var device, var change, var status) -> {
                ObjectNode members = members(device.toString()).put("change", change);
                status.ifPresent(now -> members.put("status", now));
                show("device", members);
            }
            case OwnEvent.Missed() ->
                    terminal.say("Events are missing here: look anew at what you need.");
            case OwnEvent.Broken(var sentence) -> terminal.say(sentence + " Trying again.");
        }
        return left > 0;
    }

    private static ObjectNode members(String device) {
        return JsonNodeFactory.instance.objectNode().put("device", device);
    }

    private void show(String name, ObjectNode members) {
        left--;
        if (json) {
            ObjectNode line = JsonNodeFactory.instance.objectNode().put("event", name);
            line.set("data", members);
            terminal.json(line.toString());
        } else {
            terminal.result(
                    members.properties().stream()
                            .map(Map.Entry::getKey)
                            .map(key -> key + "=" + members.path(key).asString())
                            .collect(Collectors.joining("  ", name + "  ", "")));
        }
    }
}
