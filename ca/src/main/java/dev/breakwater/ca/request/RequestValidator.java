/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import dev.breakwater.ca.ledger.LedgerFailed;

/** One thing that must hold of every request before a certificate may be issued for it. */
interface RequestValidator {

    /** Returns if it holds. */
    void check(PendingRequest pending) throws RequestRefused, LedgerFailed;
}
