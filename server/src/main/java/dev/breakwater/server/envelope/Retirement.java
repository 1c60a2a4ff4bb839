/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

/** What came of the wish to take a key off. */
public enum Retirement {
    /** It is gone, and so is its private half if the server had it. */
    RETIRED,
    /** The organization has no such key. */
    NO_SUCH_KEY,
    /** The server's devices seal to it now; rotate first. */
    IS_CURRENT
}
