/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RankSumTest {

    private static final long SEED = 20270110;

    @Test
    void findsNothingBetweenSamplesOfOneKind() {
        RankSum found = RankSum.of(sample(0), sample(0));
        assertThat(found.share()).isEqualTo(0.5);
        Random random = new Random(SEED);
        long[] other = random.longs(400, 1_000, 2_000).toArray();
        assertThat(RankSum.of(sample(0), other).deviations()).isBetween(-4.0, 4.0);
    }

    @Test
    void findsAShiftThatIsSmallAgainstTheSpread() {
        RankSum found = RankSum.of(sample(200), sample(0));
        assertThat(found.share()).isGreaterThan(0.6);
        assertThat(found.deviations()).isGreaterThan(5);
        assertThat(RankSum.of(sample(0), sample(200)).share()).isLessThan(0.4);
    }

    @Test
    void countsEqualOnesHalf() {
        RankSum found = RankSum.of(new long[] {1, 2, 3}, new long[] {2});
        assertThat(found.share()).isCloseTo(0.5, within(1e-9));
        assertThat(RankSum.of(new long[] {3, 4}, new long[] {1, 2}).share()).isEqualTo(1);
    }

    @Test
    void isNotMovedByAFewThatTookVeryLong() {
        long[] disturbed = sample(0);
        for (int i = 0; i < 4; i++) {
            disturbed[i] = Long.MAX_VALUE / 2;
        }
        assertThat(RankSum.of(disturbed, sample(0)).share()).isCloseTo(0.5, within(0.01));
    }

    private static long[] sample(long shift) {
        return new Random(SEED + 1).longs(400, 1_000, 2_000).map(one -> one + shift).toArray();
    }
}
