/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.publickey;

import java.io.Serial;

/** A public key that will not be certified, with the reason. */
public final class UnacceptableKey extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final KeyDefect defect;

    UnacceptableKey(KeyDefect defect, String message) {
        super(message);
        this.defect = defect;
    }

    /** What is wrong with the key. */
    public KeyDefect defect() {
        return defect;
    }
}
