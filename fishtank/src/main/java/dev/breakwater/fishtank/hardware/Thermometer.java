/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank.hardware;

import java.io.IOException;

/** Measures the water's temperature. */
public interface Thermometer {

    /** The temperature now, in degrees Celsius. */
    double readCelsius() throws IOException;
}
