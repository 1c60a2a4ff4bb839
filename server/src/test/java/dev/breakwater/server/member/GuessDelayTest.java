/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GuessDelayTest {

    private final TestClock clock = TestClock.atPresent();
    private final GuessDelay delay =
            new GuessDelay(
                    new GuessDelay.Terms(4, Duration.ofMinutes(1), Duration.ofHours(1), 3), clock);

    @Test
    void letsTryNineTimesInAnHour() {
        Instant end = clock.instant().plus(Duration.ofHours(1));
        int tries = 0;
        while (clock.instant().isBefore(end)) {
            if (delay.wait("pat").isEmpty()) {
                tries++;
                delay.failed("pat");
            } else {
                clock.advance(Duration.ofSeconds(1));
            }
        }
        assertThat(tries).isEqualTo(9);
    }

    /** Whoever tries a hundred passwords at once must not have them all looked at. */
    @Test
    void countsAnAttemptWhenItBegins() {
        for (int i = 0; i < 4; i++) {
            assertThat(delay.begin("pat")).isEmpty();
        }
        assertThat(delay.begin("pat")).contains(Duration.ofMinutes(1));
        delay.succeeded("pat");
        assertThat(delay.begin("pat")).isEmpty();
    }

    @Test
    void doublesTheWait() {
        fail("pat", 4);
        assertThat(delay.wait("pat")).contains(Duration.ofMinutes(1));
        clock.advance(Duration.ofMinutes(1));
        assertThat(delay.wait("pat")).isEmpty();
        delay.failed("pat");
        assertThat(delay.wait("pat")).contains(Duration.ofMinutes(2));
    }

    @Test
    void neverWaitsLongerThanTheLongest() {
        fail("pat", 1_000);
        assertThat(delay.wait("pat")).contains(Duration.ofHours(1));
    }

    @Test
    void forgetsAfterASuccessAndAfterTheLongestWait() {
        fail("pat", 4);
        delay.succeeded("pat");
        assertThat(delay.wait("pat")).isEmpty();
        fail("pat", 4);
        clock.advance(Duration.ofHours(1).plusSeconds(1));
        delay.failed("pat");
        assertThat(delay.wait("pat")).isEmpty();
    }

    @Test
    void remembersNoMoreThanItMay() {
        fail("first", 4);
        fail("second", 4);
        fail("third", 4);
        fail("fourth", 4);
        assertThat(delay.wait("first")).isEmpty();
        assertThat(delay.wait("fourth")).isPresent();
    }

    private void fail(String key, int times) {
        for (int i = 0; i < times; i++) {
            delay.failed(key);
        }
    }
}
