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
        if (hex.length() != 64
                || !HexFormat.of().formatHex(HexFormat.of().parseHex(hex)).equals(hex)) {
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

    @Override
    public String toString() {
        return hex;
    }
}
