/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion;

import java.io.IOException;
import java.io.Serial;

/** The device did not take a request; the text says why. */
public final class DeviceRefused extends IOException {

    @Serial private static final long serialVersionUID = 1;

    private final int status;

    DeviceRefused(int status, String text) {
        super(text);
        this.status = status;
    }

    /**
     * Of HTTP: 400 for a request it does not take, 403 if it waits no longer, 409 if it is busy.
     */
    public int status() {
        return status;
    }
}
