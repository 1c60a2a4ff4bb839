/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank.hardware;

import java.io.IOException;

/** Drops food into the water. */
public interface Feeder {

    /**
     * Drops food.
     *
     * @param portions 1 or more
     * @throws IOException if it is empty or stuck, and then nothing was dropped
     */
    void dispense(int portions) throws IOException;
}
