/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import java.io.IOException;
import java.io.Serial;
import java.time.Duration;

/** The server asks to come back later. */
final class SourceBusy extends IOException {

    @Serial private static final long serialVersionUID = 1;

    private final Duration after;

    SourceBusy(Duration after) {
        super("the server asks to come back in %d s".formatted(after.toSeconds()));
        this.after = after;
    }

    Duration after() {
        return after;
    }
}
