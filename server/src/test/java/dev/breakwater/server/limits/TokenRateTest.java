/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenRateTest {

    private static final long NOW = 1_795_000_000_000_000_000L;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final TokenRate rate = new TokenRate(10, 20);

    @Test
    void letsABurstThroughAndThenTheRate() {
        long bucket = 0;
        for (int i = 0; i < 20; i++) {
            bucket = rate.spend(bucket, 1, NOW);
            assertThat(rate.debtNanos(bucket, NOW)).isZero();
        }
        assertThat(rate.tokens(bucket, NOW)).isZero();
        bucket = rate.spend(bucket, 1, NOW);
        assertThat(rate.debtNanos(bucket, NOW)).isEqualTo(SECOND / 10);
        assertThat(rate.debtNanos(bucket, NOW + SECOND / 10)).isZero();
    }

    @Test
    void refillsByItselfAndNotBeyondItsBrim() {
        long bucket = rate.spend(0, 20, NOW);
        assertThat(rate.tokens(bucket, NOW + SECOND)).isEqualTo(10);
        assertThat(rate.tokens(bucket, NOW + 100 * SECOND)).isEqualTo(20);
        long later = rate.spend(bucket, 21, NOW + 100 * SECOND);
        assertThat(rate.debtNanos(later, NOW + 100 * SECOND)).isEqualTo(SECOND / 10);
    }

    @Test
    void neverLetsADebtLastLongerThanItsBound() {
        long bucket = rate.spend(0, 1_000_000, NOW);
        assertThat(rate.debtNanos(bucket, NOW)).isEqualTo(TokenRate.DEBT_MAX.toNanos());
    }

    /** The stopwatch of a machine may begin below zero. */
    @Test
    void takesANewBucketForAFullOneWhateverTheOriginOfTheClock() {
        for (long now : new long[] {Long.MIN_VALUE / 4, -3_600 * SECOND, 0, SECOND, NOW}) {
            assertThat(rate.debtNanos(0, now)).isZero();
            assertThat(rate.tokens(rate.spend(0, 1, now), now)).isEqualTo(19);
        }
    }

    @Test
    void refusesARateThatLetsNothingThrough() {
        assertThatThrownBy(() -> new TokenRate(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenRate(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
