/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeShareTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void dividesTheTimeByTheRoundsThatAreLeft() {
        TimeShare share = new TimeShare(60 * SECOND, 6, 2);
        assertThat(share.next(0)).isEqualTo(Duration.ofSeconds(20));
        assertThat(share.next(0)).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void handsOnWhatWasNotNeeded() {
        TimeShare share = new TimeShare(60 * SECOND, 3, 1);
        assertThat(share.next(0)).isEqualTo(Duration.ofSeconds(20));
        assertThat(share.next(2 * SECOND)).isEqualTo(Duration.ofSeconds(29));
        assertThat(share.next(2 * SECOND)).isEqualTo(Duration.ofSeconds(58));
    }

    @Test
    void hasNothingWhenTheTimeIsOver() {
        assertThat(new TimeShare(SECOND, 3, 1).next(2 * SECOND)).isZero();
    }
}
