/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.release.ReleaseHash;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One device's part in a rollout, and the only place that knows how it goes on:
 *
 * <pre>
 * waiting ──offered──▶ offered ──began──▶ installing ──restarting──▶ trying ──runs it, well──▶ confirmed
 *    ▲                  │  ├──asks──▶ asking ──began──▶ installing
 *    │                  │  │            ├──postponed──▶ postponed ──offered──▶ offered
 *    │                  │  │            └──refused──▶ refused
 *    └──not answered────┘  └──not for it──▶ ineligible
 *
 * installing, trying ──could not, went back, not heard of──▶ failed ──offered, while attempts are left──▶ offered
 * confirmed ──not well while it soaks──▶ failed
 * failed for silence ──runs it, well──▶ confirmed (it was only late, also if it waits again)
 * told of it, whatever it waits for ──runs it since──▶ trying (it began unheard) ──well──▶ confirmed
 * never told, or ran it before ──runs it, well──▶ ineligible (no success, and nothing left to do)
 * asking, postponed, refused ──approved by its owner──▶ waiting
 * postponed, failed ──its time has come──▶ waiting
 * whatever has not begun ──aborted──▶ withdrawn
 * whatever has not ended ──the device is revoked──▶ withdrawn
 * </pre>
 *
 * <p>A step that is not possible from where the device stands gives an empty result: each is made
 * at most once, whoever repeats a message changes nothing, and success without an installation is
 * none.
 *
 * @param wave from 0
 * @param attempts how often it has begun to install
 * @param progress of the attempt in work, or of the last
 * @param until what the device has to be heard by, or may be offered the release again from; of one
 *     that waits or was withdrawn when its offer lapsed, and nothing if it had none
 * @param failure how the last attempt failed; stays while it tries again, so that the gate counts
 *     it until it succeeds
 */
public record DeviceUpdate(
        DeviceId device,
        int wave,
        UpdateState state,
        int attempts,
        Progress progress,
        Optional<Instant> until,
        Optional<Failure> failure) {

    /** A device that has a place in a wave and was not told yet. */
    public static DeviceUpdate waiting(DeviceId device, int wave) {
        return new DeviceUpdate(
                device,
                wave,
                UpdateState.WAITING,
                0,
                Progress.NONE,
                Optional.empty(),
                Optional.empty());
    }

    /** Whether it counts against the release: an attempt failed, and none has succeeded since. */
    public boolean countsAsFailed() {
        return failure.isPresent() && state != UpdateState.CONFIRMED;
    }

    /**
     * Whether it may be told at this time, if it is connected.
     *
     * @param attemptsMax of a device with this release
     */
    public boolean mayBeOffered(int attemptsMax, Instant now) {
        return switch (state) {
            case WAITING -> true;
            case POSTPONED -> isDue(now);
            case FAILED -> attempts < attemptsMax && isDue(now);
            case OFFERED, ASKING, REFUSED, INSTALLING, TRYING, CONFIRMED, INELIGIBLE, WITHDRAWN ->
                    false;
        };
    }

    /** It is told. It answers until {@code answerBy}, or waits again. */
    public Optional<DeviceUpdate> offered(int attemptsMax, Instant now, Instant answerBy) {
        return mayBeOffered(attemptsMax, now)
                ? Optional.of(with(UpdateState.OFFERED, Optional.of(answerBy)))
                : Optional.empty();
    }

    /** It asks its owner, who may take until then. */
    public Optional<DeviceUpdate> asking(Instant askedUntil) {
        return state == UpdateState.OFFERED
                ? Optional.of(with(UpdateState.ASKING, Optional.of(askedUntil)))
                : Optional.empty();
    }

    /** Its owner wants it later; the caller has held the time against the release's limit. */
    public Optional<DeviceUpdate> postponed(Instant to) {
        return switch (state) {
            case WAITING, OFFERED, ASKING, POSTPONED, REFUSED ->
                    Optional.of(with(UpdateState.POSTPONED, Optional.of(to)));
            case INSTALLING, TRYING, CONFIRMED, FAILED, INELIGIBLE, WITHDRAWN -> Optional.empty();
        };
    }

    /** Its owner does not want it. */
    public Optional<DeviceUpdate> refused() {
        return switch (state) {
            case WAITING, OFFERED, ASKING, POSTPONED ->
                    Optional.of(with(UpdateState.REFUSED, Optional.empty()));
            case REFUSED, INSTALLING, TRYING, CONFIRMED, FAILED, INELIGIBLE, WITHDRAWN ->
                    Optional.empty();
        };
    }

    /** It found that the release is not for it, or that it runs one that is as new. */
    public Optional<DeviceUpdate> ineligible() {
        return switch (state) {
            case WAITING, OFFERED, ASKING, POSTPONED ->
                    Optional.of(with(UpdateState.INELIGIBLE, Optional.empty()));
            case REFUSED, INSTALLING, TRYING, CONFIRMED, FAILED, INELIGIBLE, WITHDRAWN ->
                    Optional.empty();
        };
    }

    /**
     * It begins an attempt, or goes on with it.
     *
     * @param lease how long until it has to be heard of again
     */
    public Optional<DeviceUpdate> progressed(Progress told, Instant now, Duration lease) {
        boolean begins = state == UpdateState.OFFERED || state == UpdateState.ASKING;
        boolean goesOn =
                (state == UpdateState.INSTALLING || state == UpdateState.TRYING)
                        && told.compareTo(progress) > 0;
        if (!begins && !goesOn) {
            return Optional.empty();
        }
        UpdateState next =
                told.step() == Progress.Step.RESTARTING
                        ? UpdateState.TRYING
                        : UpdateState.INSTALLING;
        return Optional.of(
                new DeviceUpdate(
                        device,
                        wave,
                        next,
                        begins ? attempts + 1 : attempts,
                        told,
                        Optional.of(now.plus(lease)),
                        failure));
    }

    /**
     * It runs the release, ran another one before, and nobody heard of it in between: it took its
     * offer while the server was off. That is an attempt as any other, and ends as one; of one that
     * was missed it may be the attempt that it was missed in, and is not counted twice.
     *
     * @param lease how long until it has to be well
     */
    public Optional<DeviceUpdate> begunUnheard(Instant now, Duration lease) {
        return offer().isPresent()
                ? Optional.of(
                        new DeviceUpdate(
                                device,
                                wave,
                                UpdateState.TRYING,
                                isLate() ? attempts : attempts + 1,
                                Progress.INSTALLED,
                                Optional.of(now.plus(lease)),
                                failure))
                : Optional.empty();
    }

    /** When the offer lapses, or lapsed, that it may have taken without a word. */
    private Optional<Instant> offer() {
        return switch (state) {
            case OFFERED, ASKING, WAITING, WITHDRAWN -> until;
            // Its owner has spoken since, or it has: nothing was left to take.
            case POSTPONED, REFUSED, INSTALLING, TRYING, CONFIRMED, FAILED, INELIGIBLE ->
                    Optional.empty();
        };
    }

    /** What its clock waits for. */
    public Optional<Instant> awaited() {
        return switch (state) {
            case WAITING, WITHDRAWN -> Optional.empty();
            case OFFERED,
                    ASKING,
                    POSTPONED,
                    REFUSED,
                    INSTALLING,
                    TRYING,
                    CONFIRMED,
                    FAILED,
                    INELIGIBLE ->
                    until;
        };
    }

    /**
     * After its restart it says what it runs and whether it is well. Who has not begun and runs it
     * all the same has no success, but is not offered any more what it has: it ran it before it was
     * told, or somebody did it by hand.
     *
     * @param retryAt when it may be offered the release again if this is a failure
     */
    public Optional<DeviceUpdate> runs(
            ReleaseHash wanted, ReleaseHash running, boolean well, Instant retryAt) {
        boolean isTrying = state == UpdateState.INSTALLING || state == UpdateState.TRYING;
        if (running.equals(wanted) && well) {
            return isTrying || isLate()
                    ? Optional.of(with(UpdateState.CONFIRMED, Optional.empty()))
                    : ineligible();
        }
        if (state == UpdateState.TRYING && !running.equals(wanted)) {
            return failed(Failure.REVERTED, retryAt);
        }
        return Optional.empty();
    }

    /** It was missed while it was at it, and nothing that it has said since is another end. */
    private boolean isLate() {
        return failure.equals(Optional.of(Failure.SILENT))
                && switch (state) {
                    case FAILED, WAITING, OFFERED, ASKING, POSTPONED -> true;
                    case REFUSED, INSTALLING, TRYING, CONFIRMED, INELIGIBLE, WITHDRAWN -> false;
                };
    }

    /** An attempt ended badly. */
    public Optional<DeviceUpdate> failed(Failure how, Instant retryAt) {
        boolean wasAtIt = state == UpdateState.INSTALLING || state == UpdateState.TRYING;
        boolean relapses = state == UpdateState.CONFIRMED && how == Failure.RELAPSED;
        return wasAtIt || relapses
                ? Optional.of(
                        new DeviceUpdate(
                                device,
                                wave,
                                UpdateState.FAILED,
                                attempts,
                                progress,
                                Optional.of(retryAt),
                                Optional.of(how)))
                : Optional.empty();
    }

    /**
     * The time is {@code now}, and nothing was heard of it. Who has not begun waits again, for
     * being off is no failure; who has begun has failed.
     */
    public Optional<DeviceUpdate> overdue(Instant now, Instant retryAt) {
        if (until.isEmpty() || !isDue(now)) {
            return Optional.empty();
        }
        return switch (state) {
            case OFFERED, ASKING -> Optional.of(with(UpdateState.WAITING, offer()));
            case INSTALLING, TRYING -> failed(Failure.SILENT, retryAt);
            case WAITING, POSTPONED, REFUSED, CONFIRMED, FAILED, INELIGIBLE, WITHDRAWN ->
                    Optional.empty();
        };
    }

    /** Its time has come to be offered the release once more, as soon as it is connected. */
    public Optional<DeviceUpdate> waitsAgain(int attemptsMax, Instant now) {
        return state != UpdateState.WAITING && mayBeOffered(attemptsMax, now)
                ? Optional.of(with(UpdateState.WAITING, Optional.empty()))
                : Optional.empty();
    }

    /**
     * Its owner approves, whatever was said before; it is told so when its turn comes. Who has
     * begun, or has ended otherwise than by a refusal, needs nobody's approval any more.
     */
    public Optional<DeviceUpdate> approved() {
        return switch (state) {
            case WAITING, OFFERED, ASKING, POSTPONED, REFUSED ->
                    Optional.of(with(UpdateState.WAITING, offer()));
            case INSTALLING, TRYING, CONFIRMED, FAILED, INELIGIBLE, WITHDRAWN -> Optional.empty();
        };
    }

    /** It is out for good: revoked, or given away. What it was at, nobody will hear of. */
    public Optional<DeviceUpdate> left() {
        return switch (state) {
            case WAITING, OFFERED, ASKING, POSTPONED, FAILED, INSTALLING, TRYING ->
                    Optional.of(with(UpdateState.WITHDRAWN, Optional.empty()));
            case REFUSED, CONFIRMED, INELIGIBLE, WITHDRAWN -> Optional.empty();
        };
    }

    /** The rollout is aborted. Who has begun ends what it does, which is always safe. */
    public Optional<DeviceUpdate> withdrawn() {
        return switch (state) {
            case WAITING, OFFERED, ASKING, POSTPONED, FAILED ->
                    Optional.of(with(UpdateState.WITHDRAWN, offer()));
            case REFUSED, INSTALLING, TRYING, CONFIRMED, INELIGIBLE, WITHDRAWN -> Optional.empty();
        };
    }

    /** It waits until then instead, after the clock was set. */
    DeviceUpdate awaiting(Instant corrected) {
        return new DeviceUpdate(
                device, wave, state, attempts, progress, Optional.of(corrected), failure);
    }

    private boolean isDue(Instant now) {
        return until.map(time -> !now.isBefore(time)).orElse(true);
    }

    private DeviceUpdate with(UpdateState next, Optional<Instant> nextUntil) {
        return new DeviceUpdate(
                device,
                wave,
                next,
                attempts,
                next == UpdateState.OFFERED ? Progress.NONE : progress,
                nextUntil,
                failure);
    }
}
