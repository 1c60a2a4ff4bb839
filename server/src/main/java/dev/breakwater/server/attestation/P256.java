/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;

/** The curve NIST P-256. */
final class P256 {

    private static final int COORDINATE_BYTES = 32;
    private static final ECParameterSpec PARAMETERS = read();

    private P256() {}

    static ECParameterSpec parameters() {
        return PARAMETERS;
    }

    /**
     * A coordinate in the curve's length, as TPM 2.0 Part 1 section C.8 asks for in derivations.
     */
    static byte[] coordinate(BigInteger number) {
        byte[] signed = number.toByteArray();
        byte[] fixed = new byte[COORDINATE_BYTES];
        int taken = Math.min(signed.length, COORDINATE_BYTES);
        System.arraycopy(signed, signed.length - taken, fixed, COORDINATE_BYTES - taken, taken);
        return fixed;
    }

    private static ECParameterSpec read() {
        try {
            AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
            curve.init(new ECGenParameterSpec("secp256r1"));
            return curve.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
