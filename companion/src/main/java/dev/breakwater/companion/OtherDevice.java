/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion;

import java.io.IOException;
import java.io.Serial;

/** Whoever answers has not the key that the label names; nothing was sent to it. */
public final class OtherDevice extends IOException {

    @Serial private static final long serialVersionUID = 1;

    OtherDevice(Throwable cause) {
        super(
                "this is not the device of the label, or somebody in its network pretends to be it",
                cause);
    }
}
