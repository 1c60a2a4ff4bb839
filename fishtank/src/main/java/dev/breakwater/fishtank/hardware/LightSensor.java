/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank.hardware;

import java.io.IOException;

/** Measures how bright it is above the water. */
public interface LightSensor {

    /** The illuminance now, in lux. */
    double readLux() throws IOException;
}
