/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import java.io.IOException;
import java.io.Serial;

/**
 * Where the rollback floor is cannot be said, or it cannot be raised: what keeps it is away, was
 * tampered with or is broken. Nothing is installed meanwhile; what runs, runs on.
 */
public final class FloorUnavailable extends IOException {

    @Serial private static final long serialVersionUID = 1;

    FloorUnavailable(String why) {
        super("the rollback floor is not known: " + why);
    }

    FloorUnavailable(String why, IOException cause) {
        super("the rollback floor is not known: " + why, cause);
    }
}
