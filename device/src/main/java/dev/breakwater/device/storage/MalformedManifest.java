/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import java.io.IOException;
import java.io.Serial;

/** A storage manifest that is not one; the text says what is wrong with it. */
public final class MalformedManifest extends IOException {

    @Serial private static final long serialVersionUID = 1;

    /** Says what is wrong. */
    public MalformedManifest(String message) {
        super(message);
    }

    MalformedManifest(String message, Throwable cause) {
        super(message, cause);
    }
}
