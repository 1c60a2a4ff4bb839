/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.io.Serial;

/** None of the recipient's published keys may be sealed to now; nothing was sealed. */
public final class NoCurrentKey extends Exception {

    @Serial private static final long serialVersionUID = 1;

    NoCurrentKey(String message) {
        super(message);
    }
}
