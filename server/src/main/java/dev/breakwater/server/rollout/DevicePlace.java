/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import java.time.Instant;
import java.util.Optional;

/**
 * The place of a device in a rollout, as it is stored.
 *
 * @param position in the order of devices, from 0
 * @param told what the device last gave as its reason; empty text if it gave none
 * @param given whether its owner has approved
 * @param askedAt when it was first found to wait for its owner
 * @param changedAt when something last changed about it
 */
public record DevicePlace(
        RolloutId rollout,
        DeviceSerial serial,
        int position,
        DeviceUpdate update,
        String told,
        boolean given,
        Optional<Instant> askedAt,
        Instant changedAt,
        long revision) {

    /** Whose it is. */
    public DeviceId device() {
        return update.device();
    }

    /** After a step of the device. */
    public DevicePlace after(DeviceUpdate next, String reason) {
        return new DevicePlace(
                rollout, serial, position, next, reason, given, askedAt, changedAt, revision);
    }

    /** After a step that is no word of the device. */
    public DevicePlace after(DeviceUpdate next) {
        return after(next, told);
    }

    /**
     * It waits for its owner since then, unless it did before. A time that is still to come was
     * told by a clock that was ahead, and would let an owner put it off for years.
     */
    public DevicePlace asked(Instant at) {
        return new DevicePlace(
                rollout,
                serial,
                position,
                update,
                told,
                given,
                askedAt.filter(asked -> !asked.isAfter(at)).or(() -> Optional.of(at)),
                changedAt,
                revision);
    }

    /** Its owner has approved, or has not. */
    public DevicePlace given(boolean approved) {
        return new DevicePlace(
                rollout, serial, position, update, told, approved, askedAt, changedAt, revision);
    }

    /**
     * Whether it may still be offered the release or is at it. A device has one such place at most.
     */
    public boolean isLive(Rollout of) {
        boolean ended = of.state() == RolloutState.ABORTED;
        return switch (update.state()) {
            case INSTALLING, TRYING -> true;
            case WAITING, OFFERED, ASKING, POSTPONED -> !ended;
            case FAILED -> !ended && update.attempts() < of.plan().attemptsMax();
            case REFUSED, CONFIRMED, INELIGIBLE, WITHDRAWN -> false;
        };
    }

    /** When the clock alone lets it go on. */
    public Optional<Instant> dueAt(Rollout of) {
        return switch (update.state()) {
            case OFFERED, ASKING, POSTPONED, INSTALLING, TRYING -> update.awaited();
            case FAILED -> isLive(of) ? update.awaited() : Optional.empty();
            case WAITING, REFUSED, CONFIRMED, INELIGIBLE, WITHDRAWN -> Optional.empty();
        };
    }
}
