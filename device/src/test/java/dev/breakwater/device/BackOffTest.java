/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {

    private static final long SEED = 20_261_122;
    private static final int DEVICES = 2_000;

    /** For a fleet of devices: bounds, and a mean in the middle, at each attempt. */
    @ParameterizedTest
    @CsvSource({
        "CONNECTION_LOST, 1,  0,  1",
        "CONNECTION_LOST, 2,  0,  2",
        "CONNECTION_LOST, 5,  0,  16",
        "CONNECTION_LOST, 9,  0,  256",
        "CONNECTION_LOST, 10, 0,  300",
        "CONNECTION_LOST, 99, 0,  300",
        "SERVER_BUSY,     1,  5,  15",
        "SERVER_BUSY,     99, 5,  605",
        "NOT_AUTHORIZED,  1,  30, 90",
        "NOT_AUTHORIZED,  99, 30, 3630"
    })
    void spreadsTheFleetOverTheWholeSpan(
            BackOff.Reason reason, int attempt, long leastSeconds, long mostSeconds) {
        Random random = new Random(SEED);
        long sum = 0;
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int device = 0; device < DEVICES; device++) {
            BackOff backOff = new BackOff(random);
            for (int earlier = 1; earlier < attempt; earlier++) {
                backOff.afterFailure(reason);
            }
            long millis = backOff.afterFailure(reason).toMillis();
            sum += millis;
            least = Math.min(least, millis);
            most = Math.max(most, millis);
        }
        long span = (mostSeconds - leastSeconds) * 1000;
        assertThat(least).isBetween(leastSeconds * 1000, leastSeconds * 1000 + span / 50);
        assertThat(most).isBetween(mostSeconds * 1000 - span / 50, mostSeconds * 1000);
        assertThat((double) sum / DEVICES)
                .isBetween(leastSeconds * 1000 + span * 0.45, leastSeconds * 1000 + span * 0.55);
    }

    @Test
    void beginsAnewAfterAConnectionThatProvedItself() {
        BackOff backOff = new BackOff(new Random(SEED));
        for (int attempt = 0; attempt < 12; attempt++) {
            backOff.afterFailure(BackOff.Reason.CONNECTION_LOST);
        }
        backOff.reset();
        assertThat(backOff.afterFailure(BackOff.Reason.CONNECTION_LOST))
                .isLessThanOrEqualTo(Duration.ofSeconds(1));
    }
}
