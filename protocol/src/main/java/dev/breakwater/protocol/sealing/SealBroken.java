/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.sealing;

import java.io.Serial;

/**
 * Sealed bytes did not open: another key, another context, or bytes that were changed or cut short.
 * An authenticated cipher cannot tell these apart, and neither does this exception.
 */
public final class SealBroken extends Exception {

    @Serial private static final long serialVersionUID = 1;

    SealBroken(String message) {
        super(message);
    }
}
