/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class UpdateWindowTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId AUCKLAND = ZoneId.of("Pacific/Auckland");
    private static final UpdateWindow NIGHTS =
            new UpdateWindow(
                    LocalTime.of(23, 0), LocalTime.of(5, 0), EnumSet.allOf(DayOfWeek.class));

    @Test
    void goesByTheClockOnTheWall() {
        Instant time = at("2026-12-01T23:30", BERLIN);

        assertThat(NIGHTS.isOpen(time, BERLIN)).isTrue();
        assertThat(NIGHTS.isOpen(time, AUCKLAND)).as("11:30 there").isFalse();
        assertThat(NIGHTS.isOpen(at("2026-12-02T04:59", BERLIN), BERLIN)).isTrue();
        assertThat(NIGHTS.isOpen(at("2026-12-02T05:00", BERLIN), BERLIN)).isFalse();
    }

    @Test
    void aNightBelongsToTheDayOnWhichItBegan() {
        UpdateWindow fridays =
                new UpdateWindow(LocalTime.of(23, 0), LocalTime.of(5, 0), Set.of(DayOfWeek.FRIDAY));

        assertThat(fridays.isOpen(at("2026-12-05T02:00", BERLIN), BERLIN)).isTrue();
        assertThat(fridays.isOpen(at("2026-12-04T02:00", BERLIN), BERLIN)).isFalse();
        assertThat(fridays.begins(at("2026-12-05T06:00", BERLIN), BERLIN, Duration.ZERO))
                .isEqualTo(at("2026-12-11T23:00", BERLIN));
    }

    @Test
    void devicesBeginApart() {
        Instant noon = at("2026-12-01T12:00", BERLIN);
        Instant opens = at("2026-12-01T23:00", BERLIN);

        assertThat(NIGHTS.begins(noon, BERLIN, Duration.ofMinutes(7)))
                .isEqualTo(opens.plus(Duration.ofMinutes(7)));
        assertThat(NIGHTS.begins(noon, BERLIN, Duration.ofDays(3)))
                .as("jitter beyond the window")
                .isEqualTo(opens.plus(Duration.ofHours(3)));
        assertThat(NIGHTS.begins(opens, BERLIN, Duration.ofMinutes(7))).isEqualTo(opens);
    }

    @Test
    void theHourThatAClockSkipsIsNotWaitedForInVain() {
        UpdateWindow skipped =
                new UpdateWindow(
                        LocalTime.of(2, 15), LocalTime.of(2, 45), EnumSet.allOf(DayOfWeek.class));
        // On 2026-03-29 the clocks of Berlin go from 2:00 to 3:00.
        Instant before = at("2026-03-29T01:00", BERLIN);

        Instant begins = skipped.begins(before, BERLIN, Duration.ZERO);

        assertThat(begins).isEqualTo(at("2026-03-29T03:15", BERLIN));
        assertThat(skipped.isOpen(begins, BERLIN)).isTrue();
        UpdateWindow early =
                new UpdateWindow(
                        LocalTime.of(1, 30), LocalTime.of(2, 30), EnumSet.allOf(DayOfWeek.class));
        assertThat(early.isOpen(at("2026-03-29T03:15", BERLIN), BERLIN))
                .as("an hour long on that day too, and more")
                .isTrue();
    }

    @Test
    void refusesAWindowThatNeverOpens() {
        assertThatThrownBy(() -> new UpdateWindow(LocalTime.NOON, LocalTime.MIDNIGHT, Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () ->
                                new UpdateWindow(
                                        LocalTime.NOON, LocalTime.NOON, Set.of(DayOfWeek.MONDAY)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Instant at(String local, ZoneId zone) {
        return LocalDateTime.parse(local).atZone(zone).toInstant();
    }
}
