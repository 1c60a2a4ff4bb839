/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.testkit.TestClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransferProgressTest {

    private static final long MIB = 1L << 20;
    private static final String BEFORE = "\r\033[?7l";
    private static final String AFTER = "\033[K\033[?7h";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final TestClock clock = TestClock.atPresent();

    private TransferProgress progress(boolean screen, String what) {
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), screen);
        return new TransferProgress(terminal, what, 100 * MIB, clock);
    }

    @Test
    void drawsOneLineOverItselfAndLeavesNothing() {
        try (TransferProgress progress = progress(true, "tank.zip")) {
            progress.at(0);
            clock.advance(Duration.ofSeconds(4));
            progress.at(20 * MIB);
        }
        assertThat(out)
                .hasToString(
                        BEFORE
                                + "tank.zip  [--------------------]   0 %  0 bytes of 100.0 MiB"
                                + AFTER
                                + BEFORE
                                + "tank.zip  [####----------------]  20 %  20.0 MiB of 100.0 MiB"
                                + "  5.0 MiB/s  0:16 left"
                                + AFTER
                                + "\r\033[K");
        assertThat(err).hasToString("");
    }

    @Test
    void drawsTenTimesASecondAtMostAndTheEndAlways() {
        TransferProgress progress = progress(true, "tank.zip");
        for (int mib = 0; mib <= 100; mib++) {
            progress.at(mib * MIB);
            clock.advance(Duration.ofMillis(10));
        }
        assertThat(out.toString().split(AFTER.replace("[", "\\[").replace("?", "\\?"), -1))
                .as("0, 10, … 100 MiB, and what follows the last")
                .hasSize(12);
        assertThat(out.toString()).contains("100.0 MiB of 100.0 MiB");
    }

    @Test
    void takesThePaceOfThisRunOnly() {
        TransferProgress progress = progress(true, "tank.zip");
        progress.at(90 * MIB);
        clock.advance(Duration.ofSeconds(2));
        progress.at(92 * MIB);
        assertThat(out.toString()).contains("1.0 MiB/s  0:08 left");
    }

    @Test
    void speaksOfNoPaceThatIsNone() {
        TransferProgress progress = progress(true, "tank.zip");
        progress.at(MIB);
        clock.advance(Duration.ofHours(2));
        progress.at(MIB);
        assertThat(out.toString()).doesNotContain("/s").doesNotContain("left");
    }

    @Test
    void saysHoursWhereItTakesHours() {
        TransferProgress progress = progress(true, "tank.zip");
        progress.at(0);
        clock.advance(Duration.ofMinutes(3));
        progress.at(2 * MIB);
        assertThat(out.toString()).contains("2 h 27 min left");
    }

    @Test
    void saysASentenceEveryTenSecondsWhereLinesStay() {
        try (TransferProgress progress = progress(false, "tank.zip")) {
            for (int second = 0; second < 25; second++) {
                progress.at(second * MIB);
                clock.advance(Duration.ofSeconds(1));
            }
        }
        assertThat(err.toString().lines())
                .containsExactly(
                        "tank.zip  [##------------------]  10 %  10.0 MiB of 100.0 MiB"
                                + "  1.0 MiB/s  1:30 left",
                        "tank.zip  [####----------------]  20 %  20.0 MiB of 100.0 MiB"
                                + "  1.0 MiB/s  1:20 left");
        assertThat(out).hasToString("");
    }

    @Test
    void letsNoNameDriveTheTerminal() {
        progress(true, "tank\033[2J\n.zip").at(0);
        assertThat(out.toString()).startsWith(BEFORE + "tank\\u001b[2J\\u000a.zip  [");
    }
}
