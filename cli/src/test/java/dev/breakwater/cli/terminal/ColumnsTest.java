/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ColumnsTest {

    private static final Columns COLUMNS =
            Columns.none().and("NAME", "deep/name").and("AT", "at").and("DETAILS", "details");

    private final StringWriter out = new StringWriter();
    private final Terminal terminal =
            new Terminal(new PrintWriter(out), new PrintWriter(new StringWriter()));

    @Test
    void showsTheWantedMembersOfEachObject() {
        COLUMNS.printRows(
                json(
                        """
                        [{"deep":{"name":"x"},"at":"2026-11-22T18:19:20.284579Z","details":{"a":"b"}},
                         {"at":"2026-11-22T18:19:20Z","details":null,"secret":"not asked for"}]
                        """),
                terminal);
        assertThat(out.toString().lines())
                .containsExactly(
                        "NAME  AT                    DETAILS",
                        "x     2026-11-22T18:19:20Z  {\"a\":\"b\"}",
                        "-     2026-11-22T18:19:20Z  -");
    }

    @Test
    void leavesOutWhatASheetHasNoValueFor() {
        COLUMNS.printSheet(json("{\"deep\":{\"name\":\"\\u001b[2J\"}}"), terminal);
        assertThat(out).hasToString("NAME     \\u001b[2J\n");
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
