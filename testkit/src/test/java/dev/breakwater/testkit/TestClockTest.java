/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

final class TestClockTest {

    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void standsStillUntilToldToMoveEitherWay() {
        TestClock clock = TestClock.at(START);
        assertThat(clock.instant()).isEqualTo(START);
        clock.advance(Duration.ofDays(30));
        assertThat(clock.instant()).isEqualTo("2026-12-22T12:00:00Z");
        clock.advance(Duration.ofDays(-31));
        assertThat(clock.instant()).isEqualTo("2026-11-21T12:00:00Z");
    }

    @Test
    void movesTogetherWithItselfInAnotherZone() {
        TestClock clock = TestClock.at(START);
        Clock elsewhere = clock.withZone(ZoneId.of("Europe/Rome"));
        clock.set(START.plusSeconds(1));
        assertThat(elsewhere.instant()).isEqualTo(START.plusSeconds(1));
        assertThat(elsewhere.getZone()).isEqualTo(ZoneId.of("Europe/Rome"));
    }
}
