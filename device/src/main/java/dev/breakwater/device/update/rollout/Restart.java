/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

/** Starts the device or the product again; the updater does nothing after it was asked to. */
@FunctionalInterface
public interface Restart {

    /** Why a restart is needed. */
    enum Cause {
        /** The next boot is that of a new version, on trial. */
        SWITCHED,
        /** The version on trial did not prove itself: end with a failure, now. */
        GIVEN_UP
    }

    /** Called once, on the updater's thread. A product may choose the moment after a switch. */
    void restart(Cause cause);
}
