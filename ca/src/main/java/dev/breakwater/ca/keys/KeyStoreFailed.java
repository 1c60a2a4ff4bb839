/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import java.io.Serial;

/** A key store cannot be used as it is. The message is one sentence for the operator. */
public final class KeyStoreFailed extends Exception {

    @Serial private static final long serialVersionUID = 1;

    /** Says what failed and what to do. */
    public KeyStoreFailed(String message) {
        super(message);
    }

    /** Says what failed and what to do, and keeps the cause for the log. */
    public KeyStoreFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
