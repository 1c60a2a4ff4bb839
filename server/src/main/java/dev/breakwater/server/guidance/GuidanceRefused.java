/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.guidance;

import java.io.Serial;

/** Guidance that cannot be taken, and which member of it is at fault. */
public final class GuidanceRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final String pointer;

    GuidanceRefused(String pointer, String text) {
        super(text);
        this.pointer = pointer;
    }

    /** A JSON pointer into the guidance. */
    public String pointer() {
        return pointer;
    }

    /** Completes a sentence that begins with the member's name. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
