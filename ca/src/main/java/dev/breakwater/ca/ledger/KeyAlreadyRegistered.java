/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import java.io.Serial;

/** A public key belongs to another subject, so no certificate may be reserved for it. */
public final class KeyAlreadyRegistered extends Exception {

    @Serial private static final long serialVersionUID = 1;

    /** Names the key; whom it belongs to stays out of the text, which may reach another tenant. */
    public KeyAlreadyRegistered(KeyFingerprint key) {
        super("public key " + key + " is already registered for another subject");
    }
}
