/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank.hardware;

import java.io.IOException;

/** Warms the water. */
public interface Heater {

    /** Switches the heater. */
    void set(boolean on) throws IOException;
}
