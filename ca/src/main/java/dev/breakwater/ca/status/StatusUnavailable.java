/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.status;

import java.io.Serial;

/** A CRL or a status could not be made; the last one stays good until its nextUpdate. */
public final class StatusUnavailable extends Exception {

    @Serial private static final long serialVersionUID = 1;

    StatusUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
