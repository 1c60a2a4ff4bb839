/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * When devices may install, by the clock on their owner's wall: at night, say. A window that ends
 * before it begins ends on the next day.
 *
 * @param opens the first minute of it
 * @param closes the first minute after it
 * @param days on which it opens
 */
public record UpdateWindow(LocalTime opens, LocalTime closes, Set<DayOfWeek> days) {

    private static final int DAYS_TO_LOOK = 8;

    /**
     * Copies the days.
     *
     * @throws IllegalArgumentException if there is no day, or the window is empty
     */
    public UpdateWindow {
        if (days.isEmpty()) {
            throw new IllegalArgumentException("a window opens on at least one day of the week");
        }
        if (opens.equals(closes)) {
            throw new IllegalArgumentException("a window is longer than nothing");
        }
        days = Set.copyOf(EnumSet.copyOf(days));
    }

    /** Whether it is open at this moment in this zone. */
    public boolean isOpen(Instant now, ZoneId zone) {
        LocalDate today = now.atZone(zone).toLocalDate();
        return covers(today, now, zone) || covers(today.minusDays(1), now, zone);
    }

    /**
     * When a device may begin: now if it is open, else when it opens next, and later by as much as
     * is given, so that not all of a fleet comes in the same second.
     *
     * @param jitter of this device; what would lead beyond the window's end is cut to half of it
     */
    public Instant begins(Instant now, ZoneId zone, Duration jitter) {
        if (isOpen(now, zone)) {
            return now;
        }
        LocalDate today = now.atZone(zone).toLocalDate();
        for (int days = 0; days < DAYS_TO_LOOK; days++) {
            LocalDate day = today.plusDays(days);
            Optional<Instant> opening = opening(day, zone);
            if (opening.isPresent() && opening.get().isAfter(now)) {
                Duration length = Duration.between(opening.get(), closing(day, zone));
                Duration later = jitter.compareTo(length) < 0 ? jitter : length.dividedBy(2);
                return opening.get().plus(later);
            }
        }
        throw new IllegalStateException("a window opens on one of eight days in a row");
    }

    /** When it closes next, if it is open. */
    public Optional<Instant> ends(Instant now, ZoneId zone) {
        LocalDate today = now.atZone(zone).toLocalDate();
        for (LocalDate day : List.of(today, today.minusDays(1))) {
            if (covers(day, now, zone)) {
                return Optional.of(closing(day, zone));
            }
        }
        return Optional.empty();
    }

    private boolean covers(LocalDate day, Instant now, ZoneId zone) {
        Optional<Instant> opening = opening(day, zone);
        return opening.isPresent()
                && !now.isBefore(opening.get())
                && now.isBefore(closing(day, zone));
    }

    private Optional<Instant> opening(LocalDate day, ZoneId zone) {
        // In the hour that a clock skips, it opens at the first minute that exists.
        return days.contains(day.getDayOfWeek())
                ? Optional.of(ZonedDateTime.of(day, opens, zone).toInstant())
                : Optional.empty();
    }

    private Instant closing(LocalDate day, ZoneId zone) {
        LocalDate last = closes.isAfter(opens) ? day : day.plusDays(1);
        return ZonedDateTime.of(last, closes, zone).toInstant();
    }
}
