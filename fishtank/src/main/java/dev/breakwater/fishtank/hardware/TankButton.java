/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank.hardware;

import java.io.IOException;

/** The button at the back. */
@FunctionalInterface
public interface TankButton {

    /** Whether it is pressed at this moment. */
    boolean isPressed() throws IOException;
}
