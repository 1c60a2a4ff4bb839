/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.util.Optional;

/**
 * When a rollout must not go on. It is asked after everything that happens, not at the end of a
 * wave: in flight are few, and the first failures decide.
 *
 * @param failuresTolerated so many failed devices are chance, whatever share they are: one device
 *     with a worn-out flash must not stop a fleet
 * @param failedMax of the devices that have come to an end, this share may have failed
 * @param confirmedMin before the next wave, this share of those that could take part runs the
 *     release and is well
 */
public record Gate(int failuresTolerated, Share failedMax, Share confirmedMin) {

    /** One failure is chance, two percent are too many, and nine of ten have to be well. */
    public static final Gate USUAL = new Gate(1, Share.percent(2), Share.percent(90));

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if failures are tolerated below zero, or nobody needs to
     *     confirm
     */
    public Gate {
        if (failuresTolerated < 0) {
            throw new IllegalArgumentException("failures tolerated are 0 or more");
        }
        if (confirmedMin.basisPoints() == 0) {
            throw new IllegalArgumentException(
                    "a wave that nobody has to confirm proves nothing to the next one");
        }
    }

    /**
     * Why the rollout must pause; empty if it may go on.
     *
     * @param soFar all devices of the waves that have begun
     */
    public Optional<String> closed(Tally soFar) {
        int ended = soFar.confirmed() + soFar.failed();
        if (soFar.failed() <= failuresTolerated || !failedMax.isExceededBy(soFar.failed(), ended)) {
            return Optional.empty();
        }
        return Optional.of(
                "%d of %d devices that have tried it failed, %d of them silently"
                        .formatted(soFar.failed(), ended, soFar.silent()));
    }

    /**
     * Whether enough of a wave run the release. Who declined, or whom it is not for, has no say.
     */
    public boolean passed(Tally wave) {
        int couldTakePart = wave.devices() - wave.declined() - wave.out();
        return couldTakePart > 0
                && wave.inFlight() == 0
                && wave.confirmed() >= confirmedMin.of(couldTakePart);
    }
}
