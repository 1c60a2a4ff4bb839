/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import java.io.Serial;

/** Bytes that are not the TPM structure they are said to be. */
final class TpmMalformed extends Exception {

    @Serial private static final long serialVersionUID = 1;

    /**
     * Says what is wrong.
     *
     * @param why for the operator; quotes no more than numbers of what came
     */
    TpmMalformed(String why) {
        super(why);
    }

    /** What is wrong. */
    String why() {
        return String.valueOf(getMessage());
    }
}
