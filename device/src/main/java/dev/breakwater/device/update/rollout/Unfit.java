/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import java.io.Serial;

/** What is offered is in order, and not for this device as it is. */
final class Unfit extends Exception {

    @Serial private static final long serialVersionUID = 1;

    Unfit(String message, Throwable cause) {
        super(message, cause);
    }
}
