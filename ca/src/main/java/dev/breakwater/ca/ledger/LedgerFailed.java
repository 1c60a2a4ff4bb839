/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import java.io.Serial;

/** The ledger could not be read or written; nothing may be signed. */
public final class LedgerFailed extends Exception {

    @Serial private static final long serialVersionUID = 1;

    /** Says what could not be done and why. */
    public LedgerFailed(String message, Throwable cause) {
        super(message, cause);
    }

    /** Says what could not be done. */
    public LedgerFailed(String message) {
        super(message);
    }
}
