/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void alignsColumnsAndEndsLinesWithoutBlanks() {
        Table table = new Table("SERIAL", "STATUS");
        table.row("tank-1", "active");
        table.row("a-much-longer-serial", "");
        assertThat(table.lines())
                .containsExactly(
                        "SERIAL                STATUS",
                        "tank-1                active",
                        "a-much-longer-serial  -");
    }

    @Test
    void countsCharactersAndNotTheirHalves() {
        Table table = new Table("NAME", "N");
        table.row("🐟🐟🐟🐟🐟", "1");
        assertThat(table.lines()).containsExactly("NAME   N", "🐟🐟🐟🐟🐟  1");
    }

    @Test
    void makesOneLineOfARowWhateverItsCellsHold() {
        Table table = new Table("NAME");
        table.row("two\nlines \u001b[31m");
        assertThat(table.lines()).containsExactly("NAME", "two\\u000alines \\u001b[31m");
    }

    @Test
    void cutsAnEndlessCell() {
        Table table = new Table("NAME");
        table.row("x".repeat(5_000));
        assertThat(table.lines().getLast()).hasSize(80).endsWith("x…");
    }

    @Test
    void refusesARowOfAnotherWidth() {
        assertThatThrownBy(() -> new Table("A", "B").row("1"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
