/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.cli.outcome.CommandFailed;
import org.junit.jupiter.api.Test;

class WaveOptionTest {

    @Test
    void readsHowManyOrWhichPartAndHowLong() {
        assertThat(WaveOption.read("10:1h")).hasToString("{\"count\":10,\"soakSeconds\":3600}");
        assertThat(WaveOption.read("0.5%:24h"))
                .hasToString("{\"percent\":0.5,\"soakSeconds\":86400}");
        assertThat(WaveOption.read("25%:30d"))
                .hasToString("{\"percent\":25,\"soakSeconds\":2592000}");
        assertThat(WaveOption.read("100%")).hasToString("{\"percent\":100,\"soakSeconds\":0}");
    }

    @Test
    void refusesWhatIsNoWave() {
        for (String text :
                new String[] {"", "0", "-1", "10h", "10:", "10:1", "5.123%", "%", "1e9", "10:1w"}) {
            assertThatThrownBy(() -> WaveOption.read(text))
                    .as(text)
                    .isInstanceOf(CommandFailed.class)
                    .hasMessageContaining("is no wave");
        }
    }

    @Test
    void readsAPercentageWithOrWithoutItsSign() {
        assertThat(WaveOption.percent("--failed-max", "2")).hasToString("2");
        assertThat(WaveOption.percent("--failed-max", "0.25%")).hasToString("0.25");
        assertThatThrownBy(() -> WaveOption.percent("--failed-max", "few"))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("--failed-max");
    }
}
