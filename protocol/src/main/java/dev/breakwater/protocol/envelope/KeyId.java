/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names a recipient's key in an envelope: the first eight bytes of SHA-256 over the suite byte and
 * the public key. Enough to find a key in a ring, and no proof of anything: the public key itself
 * is bound into the encryption.
 *
 * @param value the eight bytes as a number
 */
public record KeyId(long value) {

    static KeyId of(Suite suite, byte[] publicKey) {
        return new KeyId(ByteBuffer.wrap(sha256(suite, publicKey)).getLong());
    }

    /** All of what an id is the beginning of: this does prove which key it is. */
    static byte[] sha256(Suite suite, byte[] publicKey) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(suite.number());
            return sha256.digest(publicKey);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** Sixteen hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
