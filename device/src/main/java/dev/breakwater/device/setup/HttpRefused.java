/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import java.io.Serial;

/** A request was refused before anything was done with it. */
final class HttpRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final int status;

    /** The text is for whoever asked, and quotes nothing of the request. */
    HttpRefused(int status, String text) {
        super(text);
        this.status = status;
    }

    int status() {
        return status;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
