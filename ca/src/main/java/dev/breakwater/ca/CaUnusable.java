/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import java.io.Serial;

/** The authority cannot open. The message is one sentence for the operator; nothing was changed. */
public final class CaUnusable extends Exception {

    @Serial private static final long serialVersionUID = 1;

    CaUnusable(String message) {
        super(message);
    }

    CaUnusable(String message, Throwable cause) {
        super(message, cause);
    }
}
