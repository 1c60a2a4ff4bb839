/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LimitsTest {

    @Test
    void holdsEveryDefaultWithinItsBounds() {
        for (Limit limit : Limit.values()) {
            assertThat(limit.byDefault())
                    .as(limit.key())
                    .isBetween(limit.lowest(), limit.highest());
            assertThat(Limits.defaults().of(limit)).isEqualTo(limit.byDefault());
        }
    }

    @Test
    void takesAChangedValueAndKeepsTheOthers() {
        Limits limits = Limits.with(Map.of(Limit.HTTP_IDLE_SECONDS, 7));

        assertThat(limits.seconds(Limit.HTTP_IDLE_SECONDS)).isEqualTo(Duration.ofSeconds(7));
        assertThat(limits.of(Limit.PAGE_ROWS)).isEqualTo(Limit.PAGE_ROWS.byDefault());
    }

    @Test
    void refusesAValueOutsideItsBoundsAndNamesThem() {
        assertThatThrownBy(() -> Limits.with(Map.of(Limit.HTTP_IDLE_SECONDS, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit http-idle-seconds is 0, outside 1 to 600");
    }

    @Test
    void refusesToReadACountAsSeconds() {
        assertThatThrownBy(() -> Limits.defaults().seconds(Limit.PAGE_ROWS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("page-rows");
    }
}
