/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I4, I5 and I14 on a whole server: killed at any moment, it has lost nothing that it acknowledged,
 * signed nothing that it did not record, and its audit log is whole.
 *
 * <p>{@code -Dbreakwater.kills} says how often, {@code -Dbreakwater.seed} at which moments. {@code
 * ./build drill kill} does it 200 times.
 */
@Tag("system")
final class KilledServerTest {

    private static final int KILLS = Integer.getInteger("breakwater.kills", 10);
    private static final int KILLS_PER_LINE = 10;

    @TempDir Path directory;

    @Test
    void losesNothingThatItAcknowledged() throws Exception {
        long seed = Long.getLong("breakwater.seed", System.nanoTime());
        System.out.println("KilledServerTest seed " + seed);
        KillDrill drill = KillDrill.prepare(directory, seed);
        for (int kill = 1; kill <= KILLS; kill++) {
            drill.round();
            if (kill % KILLS_PER_LINE == 0) {
                System.out.println(kill + " kills: " + drill.progress());
            }
        }
        KillDrill.Figures figures = drill.finish();
        System.out.println(figures);

        SoftAssertions softly = new SoftAssertions();
        softly.assertThat(figures.failuresBeforeKill()).isEmpty();
        softly.assertThat(figures.readingsLost()).isZero();
        softly.assertThat(figures.commandsLost()).isZero();
        softly.assertThat(figures.certificatesUnregistered()).isZero();
        softly.assertThat(figures.certificatesUnrecorded()).isZero();
        softly.assertThat(figures.auditBreaks()).isEmpty();
        softly.assertAll();
        // A drill in which nothing happened proves nothing.
        assertThat(figures.readingsAcknowledged()).isGreaterThan(KILLS);
        assertThat(figures.commandsAcknowledged()).isGreaterThan(KILLS / 2);
        assertThat(figures.certificatesReceived()).isGreaterThan(KILLS / 2);
    }
}
