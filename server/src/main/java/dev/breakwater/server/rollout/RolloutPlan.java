/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a rollout goes on: its waves, its gate, and how many devices are at it at a time.
 *
 * <p>The number in flight bounds the damage of a release that bricks: a bricked device is only
 * missed when its lease ends, and keeps its place until then. It grows with what was confirmed.
 *
 * @param waves at least one; the last one reaches all
 * @param inFlightAtFirst devices at it at a time while few have confirmed
 * @param inFlightMax devices at it at a time, however many have confirmed
 * @param attemptsMax of a device with this release
 * @param lease how long a device that has begun may not be heard of
 * @param retryAfter how long a device whose attempt failed is left alone
 */
public record RolloutPlan(
        List<Wave> waves,
        Gate gate,
        int inFlightAtFirst,
        int inFlightMax,
        int attemptsMax,
        Duration lease,
        Duration retryAfter) {

    private static final int WAVES_MAX = 32;
    private static final int ATTEMPTS_MAX = 10;
    private static final Duration LEASE_MIN = Duration.ofMinutes(1);
    private static final Duration LEASE_MAX = Duration.ofDays(7);

    /** Of those that have confirmed, a tenth may be at it at the same time. */
    private static final int CONFIRMED_PER_FLIGHT = 10;

    /**
     * What nobody has to ask for. There is no plan without a small first wave among the usual ones:
     * the fleets that were lost got a release all at once.
     */
    public static final RolloutPlan USUAL =
            new RolloutPlan(
                    List.of(
                            new Wave(new Wave.Part(new Share(50)), Duration.ofHours(24)),
                            new Wave(new Wave.Part(Share.percent(5)), Duration.ofHours(24)),
                            new Wave(new Wave.Part(Share.percent(25)), Duration.ofHours(24)),
                            new Wave(new Wave.Part(Share.ALL), Duration.ZERO)),
                    Gate.USUAL,
                    20,
                    1_000,
                    2,
                    Duration.ofHours(2),
                    Duration.ofHours(12));

    /**
     * Copies the waves and checks that they grow.
     *
     * @throws IllegalArgumentException if a number is out of its range, or the last wave leaves
     *     devices out, or a wave of shares is not larger than the one before; the text says which
     */
    public RolloutPlan {
        waves = List.copyOf(waves);
        if (waves.isEmpty() || waves.size() > WAVES_MAX) {
            throw new IllegalArgumentException(
                    "a rollout has 1 to %d waves, not %d".formatted(WAVES_MAX, waves.size()));
        }
        if (!waves.getLast().size().equals(new Wave.Part(Share.ALL))) {
            throw new IllegalArgumentException("the last wave reaches all of the devices");
        }
        refuseShrinking(waves);
        if (inFlightAtFirst < 1 || inFlightMax < inFlightAtFirst) {
            throw new IllegalArgumentException(
                    "devices at it at a time are at least 1, and at most no fewer than at first");
        }
        if (attemptsMax < 1 || attemptsMax > ATTEMPTS_MAX) {
            throw new IllegalArgumentException(
                    "a device has 1 to %d attempts, not %d".formatted(ATTEMPTS_MAX, attemptsMax));
        }
        if (lease.compareTo(LEASE_MIN) < 0 || lease.compareTo(LEASE_MAX) > 0) {
            throw new IllegalArgumentException(
                    "the lease of an attempt is 1 minute to 7 days, not " + lease);
        }
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException("the time before another attempt is not negative");
        }
    }

    private static void refuseShrinking(List<Wave> waves) {
        int before = 0;
        for (Wave wave : waves) {
            if (wave.size() instanceof Wave.Part(Share share)) {
                if (share.basisPoints() <= before) {
                    throw new IllegalArgumentException(
                            "each wave reaches more of the fleet than the one before");
                }
                before = share.basisPoints();
            }
        }
    }

    /**
     * How a rollout that is running stands.
     *
     * @param wave the one that has begun last, from 0
     * @param soaksUntil when its soak time ends; empty before it has passed the gate
     * @param current the devices of that wave
     * @param soFar the devices of all waves that have begun
     */
    public record Standing(int wave, Optional<Instant> soaksUntil, Tally current, Tally soFar) {}

    /** What to do now. The first that applies: stop, let soak, go on, offer. */
    public Decision next(Standing standing, Instant now) {
        Optional<String> stop = gate.closed(standing.soFar());
        if (stop.isPresent()) {
            return new Decision.Pause(stop.get());
        }
        if (standing.current().devices() == 0) {
            // A small fleet has waves without a device of their own: they prove nothing, and what
            // the ones before have proven still holds.
            return goOn(standing);
        }
        if (standing.soaksUntil().isPresent()) {
            return afterSoaking(standing, standing.soaksUntil().get(), now);
        }
        if (gate.passed(standing.current())) {
            return new Decision.Soak(now.plus(waves.get(standing.wave()).soak()));
        }
        return offer(standing);
    }

    private Decision afterSoaking(Standing standing, Instant until, Instant now) {
        if (now.isBefore(until)) {
            return offer(standing);
        }
        if (!gate.passed(standing.current())) {
            // Some were lost while it soaked, not enough to close the gate: more have to confirm.
            return offer(standing);
        }
        return goOn(standing);
    }

    private Decision goOn(Standing standing) {
        return standing.wave() + 1 < waves.size()
                ? new Decision.NextWave(standing.wave() + 1)
                : new Decision.Complete();
    }

    private Decision offer(Standing standing) {
        Tally soFar = standing.soFar();
        int proven = soFar.confirmed() / CONFIRMED_PER_FLIGHT;
        int atATime = Math.min(inFlightMax, Math.max(inFlightAtFirst, proven));
        int more = Math.min(atATime - soFar.inFlight(), soFar.waiting());
        return more > 0 ? new Decision.Offer(more) : new Decision.Wait();
    }
}
