/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a certificate's DER: what the registry knows a credential by.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record CredentialFingerprint(String hex) {

    /** Refuses anything but 64 lower-case hexadecimal digits. */
    public CredentialFingerprint {
        if (!isHex(hex)) {
            throw new IllegalArgumentException("a fingerprint is 64 lower-case hexadecimal digits");
        }
    }

    /** The fingerprint of a certificate. */
    public static CredentialFingerprint of(byte[] certificateDer) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificateDer);
            return new CredentialFingerprint(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            boolean decimal = digit >= '0' && digit <= '9';
            boolean letter = digit >= 'a' && digit <= 'f';
            if (!decimal && !letter) {
                return false;
            }
        }
        return text.length() == 64;
    }

    @Override
    public String toString() {
        return hex;
    }
}
