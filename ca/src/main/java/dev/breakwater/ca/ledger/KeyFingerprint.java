/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a public key's SubjectPublicKeyInfo in DER: one key, one fingerprint, because only
 * the canonical encoding of a key is accepted in a request.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record KeyFingerprint(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /** Refuses any other form. */
    public KeyFingerprint {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "a fingerprint is 64 lower-case hexadecimal digits of a SHA-256");
        }
    }

    /** Hashes a SubjectPublicKeyInfo in DER. */
    public static KeyFingerprint of(byte[] subjectPublicKeyDer) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(subjectPublicKeyDer);
            return new KeyFingerprint(HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
