/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank.hardware;

import java.io.IOException;

/** Lights the tank. */
public interface Lamp {

    /**
     * Sets the lamp.
     *
     * @param brightnessPercent 0 to 100; 0 is dark
     */
    void set(int brightnessPercent) throws IOException;
}
