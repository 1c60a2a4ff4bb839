/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

/** What a server wants to be shown once more. */
public enum ProofKind {
    /** A second factor. */
    SECOND_FACTOR,
    /** The password, because the owner has no second factor. */
    PASSWORD
}
