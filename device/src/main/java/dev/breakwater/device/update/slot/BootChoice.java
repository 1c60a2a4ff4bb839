/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import java.util.Optional;

/**
 * What boots next.
 *
 * @param confirmed the slot that has proved itself: it boots when nothing is on trial
 * @param trial the slot that is to prove itself
 */
public record BootChoice(Slot confirmed, Optional<Trial> trial) {

    /** The most boots a trial may have; a record that says more was not written by us. */
    public static final int BOOTS_MAX = 9;

    /** Refuses a trial of the slot that is confirmed. */
    public BootChoice {
        if (trial.isPresent() && trial.get().slot() == confirmed) {
            throw new IllegalArgumentException("the confirmed slot is not on trial");
        }
    }

    /**
     * A slot on trial.
     *
     * @param bootsLeft how often it may still boot without being confirmed; with 0 the confirmed
     *     slot boots
     */
    public record Trial(Slot slot, int bootsLeft) {

        /** Refuses a count outside 0 to {@value BootChoice#BOOTS_MAX}. */
        public Trial {
            if (bootsLeft < 0 || bootsLeft > BOOTS_MAX) {
                throw new IllegalArgumentException(
                        "a trial has 0 to %d boots left, not %d".formatted(BOOTS_MAX, bootsLeft));
            }
        }
    }

    /** Nothing on trial. */
    public static BootChoice of(Slot confirmed) {
        return new BootChoice(confirmed, Optional.empty());
    }

    /** The other slot on trial. */
    public BootChoice withTrial(int boots) {
        return new BootChoice(confirmed, Optional.of(new Trial(confirmed.other(), boots)));
    }
}
