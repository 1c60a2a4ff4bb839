/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import java.io.Serial;

/** What was received is not what was ordered, or cannot be put into a slot. It will never do. */
public final class ArtifactRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    /** Says what was refused, and the value or limit. */
    public ArtifactRefused(String message) {
        super(message);
    }
}
