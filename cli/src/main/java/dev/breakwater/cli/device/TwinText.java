/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.device;

import dev.breakwater.cli.terminal.Terminal;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A device's twin for people: both documents as they are, and what is still to be done. */
final class TwinText {

    private TwinText() {}

    static void print(JsonNode twin, Terminal terminal) {
        for (String side : List.of("reported", "desired")) {
            JsonNode document = twin.path(side);
            terminal.result(
                    side
                            + "  version "
                            + document.path("version").asLong()
                            + document.path("changedAt")
                                    .asStringOpt()
                                    .map(at -> "  " + at)
                                    .orElse(""));
            terminal.json(document.path("state").toPrettyString());
        }
        JsonNode difference = twin.path("difference");
        terminal.result(
                difference.isEmpty()
                        ? "difference  none: the device is as it is to be"
                        : "difference");
        if (!difference.isEmpty()) {
            terminal.json(difference.toPrettyString());
        }
    }
}
