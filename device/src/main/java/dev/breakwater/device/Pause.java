/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import java.time.Duration;

/**
 * How the agent lets time pass, between two attempts to connect or until its next ping. A product
 * on a battery may put its radio or itself to sleep here.
 */
@FunctionalInterface
public interface Pause {

    /**
     * Returns when the time has passed; may be called by several threads at once.
     *
     * @throws InterruptedException if the thread was interrupted, which ends the pause at once
     */
    void rest(Duration time) throws InterruptedException;
}
