/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveTableTest {

    private final StringWriter out = new StringWriter();

    private LiveTable table(boolean screen) {
        PrintWriter elsewhere = new PrintWriter(new StringWriter());
        return new LiveTable(new Terminal(new PrintWriter(out), elsewhere, screen), "rollout 1");
    }

    @Test
    void drawsOverWhatStoodThere() {
        LiveTable table = table(true);
        table.show(List.of("wave 1  10"));
        table.show(List.of("wave 1  20"));
        assertThat(out)
                .hasToString(
                        "\033[Hrollout 1\033[K\n\033[K\nwave 1  10\033[K\n\033[J"
                                + "\033[Hrollout 1\033[K\n\033[K\nwave 1  20\033[K\n\033[J");
    }

    @Test
    void repeatsNothingThatHasNotChanged() {
        LiveTable table = table(false);
        table.show(List.of("wave 1  10", "wave 2  0"));
        table.show(List.of("wave 1  10", "wave 2  0"));
        table.show(List.of("wave 1  20", "wave 2  0"));
        assertThat(out.toString().lines())
                .containsExactly("wave 1  10", "wave 2  0", "", "wave 1  20", "wave 2  0");
    }
}
