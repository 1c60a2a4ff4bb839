/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.update.slot.Slot;

/**
 * A release on its way.
 *
 * @param slot where it goes
 * @param bytes how many of it were synced
 * @param failure what went wrong in its last boot on trial; empty if nothing is known
 */
record Attempt(InstallationOrder order, Slot slot, Phase phase, long bytes, String failure) {

    enum Phase {
        DOWNLOADING,
        STAGED,
        TRIAL
    }

    static Attempt begin(InstallationOrder order, Slot slot) {
        return new Attempt(order, slot, Phase.DOWNLOADING, 0, "");
    }

    Attempt at(long synced) {
        return new Attempt(order, slot, phase, synced, failure);
    }

    Attempt in(Phase next) {
        return new Attempt(order, slot, next, bytes, failure);
    }

    Attempt failing(String why) {
        return new Attempt(order, slot, phase, bytes, why);
    }

    Standing standing() {
        return switch (phase) {
            case DOWNLOADING -> new Standing.Downloading(order, bytes);
            case STAGED -> new Standing.Staged(order);
            case TRIAL -> new Standing.Switched(order);
        };
    }
}
