/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.update.release.DirectorStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What becomes of deadlines when the clock that they were set by was wrong, or is now. A deadline
 * says how long somebody waits, but is kept as a time: it has to go along with the clock.
 *
 * @param ahead how far the clock was just set ahead; zero if it was set back, or if nobody saw it
 * @param now the clock's time
 * @param answer in which a device has to answer an offer
 * @param grace in which no device counts as silent once more
 */
public record ClockCorrection(Duration ahead, Instant now, Duration answer, Duration grace) {

    /** A place with its deadline corrected; empty if it can stay as it is. */
    public Optional<DevicePlace> of(Rollout rollout, DevicePlace place) {
        Optional<Instant> due = place.dueAt(rollout);
        return due.flatMap(until -> corrected(rollout.plan(), place, until))
                .filter(until -> !until.equals(due.get()))
                .map(until -> place.after(place.update().awaiting(until)));
    }

    private Optional<Instant> corrected(RolloutPlan plan, DevicePlace place, Instant until) {
        // A place that was changed in the future was changed by a clock that was ahead since: what
        // is known of its deadline is how long it was to be.
        Instant meant =
                place.changedAt().isAfter(now)
                        ? now.plus(Duration.between(place.changedAt(), until))
                        : until;
        return switch (place.update().state()) {
            case OFFERED -> Optional.of(heard(meant, answer));
            case ASKING -> Optional.of(heard(meant, DirectorStatement.LIFE_MAX));
            case INSTALLING, TRYING -> Optional.of(heard(meant, plan.lease()));
            case FAILED -> Optional.of(within(along(meant), plan.retryAfter()));
            // It was put off to a day, not for a time. Whoever was promised that is asked again.
            case POSTPONED -> Optional.of(within(meant, Duration.ofDays(UpdatePolicy.DAYS_MAX)));
            case WAITING, REFUSED, CONFIRMED, INELIGIBLE, WITHDRAWN -> Optional.empty();
        };
    }

    /** A rollout with the end of its soak time corrected; empty if it can stay as it is. */
    public Optional<Rollout> of(Rollout rollout) {
        if (rollout.state() != RolloutState.RUNNING) {
            return Optional.empty();
        }
        Duration soak = rollout.plan().waves().get(rollout.wave()).soak();
        return rollout.soaksUntil()
                .map(until -> within(along(until), soak))
                .filter(until -> !rollout.soaksUntil().equals(Optional.of(until)))
                .map(rollout::soaking);
    }

    /** The time up to which a device is waited for: nobody is missed for a step of the clock. */
    private Instant heard(Instant until, Duration longest) {
        Duration most = longest.compareTo(grace) < 0 ? grace : longest;
        Instant held = within(along(until), most);
        Instant graceEnd = now.plus(grace);
        return ahead.isZero() || held.isAfter(graceEnd) ? held : graceEnd;
    }

    /** As far away as it was before the clock was set ahead, if it had not come by then. */
    private Instant along(Instant until) {
        return until.isAfter(now.minus(ahead)) ? until.plus(ahead) : until;
    }

    private Instant within(Instant until, Duration longest) {
        Instant latest = now.plus(longest);
        return until.isAfter(latest) ? latest : until;
    }
}
