/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.sealing;

import java.io.Serial;

/** There is no usable sealing key. The message is one sentence for the operator. */
public final class SealingKeyUnavailable extends Exception {

    @Serial private static final long serialVersionUID = 1;

    SealingKeyUnavailable(String message) {
        super(message);
    }

    SealingKeyUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
