/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import java.io.Serial;

/**
 * A statement is signed by nobody who is the director. Its key may have been replaced while the
 * offer was on its way; then the server offers the same again, signed by the one who is.
 */
final class Outdated extends Exception {

    @Serial private static final long serialVersionUID = 1;

    Outdated(String message, Throwable cause) {
        super(message, cause);
    }
}
