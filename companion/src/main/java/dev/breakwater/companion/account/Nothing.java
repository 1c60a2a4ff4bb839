/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

/** What a request brings that only does something. */
public enum Nothing {
    /** It is done, and there is no more to say. */
    NOTHING
}
