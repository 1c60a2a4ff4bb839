/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import java.io.IOException;
import java.util.Optional;

/**
 * One turn of booting: which slot it is, after its boot was counted. What U-Boot's script does for
 * images, this does for directories. The count is lowered durably before the trial runs, so that a
 * version that takes the power down with it runs out of boots all the same.
 *
 * @param slot to be started
 * @param trial whether it still has to prove itself
 */
public record BootTurn(Slot slot, boolean trial) {

    /**
     * Takes the next turn.
     *
     * @throws IOException if the medium cannot be read or written, or there is nothing to start
     */
    public static BootTurn take(DirectorySlots slots, BootSelector selector) throws IOException {
        Optional<BootChoice> read = selector.read();
        if (read.isEmpty()) {
            return recovered(slots, selector);
        }
        BootChoice choice = read.get();
        if (choice.trial().isPresent() && choice.trial().get().bootsLeft() > 0) {
            BootChoice.Trial trial = choice.trial().get();
            if (slots.intact(trial.slot())) {
                selector.write(choice.withTrial(trial.bootsLeft() - 1));
                return new BootTurn(trial.slot(), true);
            }
            selector.write(choice.withTrial(0));
        }
        if (slots.intact(choice.confirmed())) {
            return new BootTurn(choice.confirmed(), false);
        }
        Optional<Slot> proven = slots.proven();
        if (proven.isEmpty()) {
            // Damaged or never sealed, and there is no other: better to try it than to stay dark.
            return new BootTurn(choice.confirmed(), false);
        }
        selector.write(BootChoice.of(proven.get()));
        return new BootTurn(proven.get(), false);
    }

    /** The record is lost: what has proved itself boots, never what was on trial. */
    private static BootTurn recovered(DirectorySlots slots, BootSelector selector)
            throws IOException {
        Slot proven =
                slots.proven()
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "no selector, and no slot that has proved itself: install a first version"));
        selector.write(BootChoice.of(proven));
        return new BootTurn(proven, false);
    }
}
