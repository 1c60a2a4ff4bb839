/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key derivations of TPM 2.0 (Part 1 sections 11.4.10.2 and 11.4.10.3) with SHA-256: each is
 * one round of a JDK primitive, because no more than one digest is ever asked for.
 */
final class TpmDerivation {

    private static final int FIRST = 1;
    private static final int DIGEST_BITS = 256;

    private TpmDerivation() {}

    /**
     * KDFa: HMAC in counter mode (SP 800-108).
     *
     * @param bits 256 at most, in whole bytes
     */
    static byte[] kdfA(byte[] key, String label, byte[] contextU, int bits) {
        requireOneRound(bits);
        byte[] block = hmac(key, number(FIRST), labelled(label), contextU, number(bits));
        return Arrays.copyOf(block, bits / Byte.SIZE);
    }

    /** KDFe: a hash over an ECDH secret and both parties' x (SP 800-56A). */
    static byte[] kdfE(byte[] z, String label, byte[] partyU, byte[] partyV) {
        return Sha256.of(number(FIRST), z, labelled(label), partyU, partyV);
    }

    static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A label ends with a zero, which is part of what is hashed. */
    static byte[] labelled(String label) {
        return (label + '\0').getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    private static void requireOneRound(int bits) {
        if (bits <= 0 || bits > DIGEST_BITS || bits % Byte.SIZE != 0) {
            throw new IllegalArgumentException("one round gives no " + bits + " bits");
        }
    }
}
