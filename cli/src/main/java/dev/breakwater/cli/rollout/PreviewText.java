/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import dev.breakwater.cli.terminal.Table;
import dev.breakwater.cli.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What a rollout would do, as people read it. */
final class PreviewText {

    private PreviewText() {}

    static void tell(JsonNode preview, Terminal terminal) {
        terminal.result(
                "would bring %s to %s devices, such as %s"
                        .formatted(
                                preview.path("version").asString(""),
                                preview.path("devices").asString("0"),
                                names(preview.path("serials"))));
        Table waves = new Table("WAVE", "DEVICES");
        int number = 1;
        for (JsonNode wave : preview.path("waves")) {
            waves.row(Integer.toString(number), wave.asString(""));
            number++;
        }
        waves.printTo(terminal);
        if (!preview.path("excluded").isEmpty()) {
            terminal.result("");
            Table excluded = new Table("NOT", "BECAUSE", "SUCH AS");
            for (JsonNode reason : preview.path("excluded")) {
                excluded.row(
                        reason.path("devices").asString(""),
                        reason.path("text").asString(""),
                        names(reason.path("serials")));
            }
            excluded.printTo(terminal);
        }
    }

    private static String names(JsonNode serials) {
        List<String> names = new ArrayList<>();
        serials.forEach(serial -> names.add(serial.asString("")));
        return String.join(", ", names);
    }
}
