/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a certificate's DER: the name under which the registry admits it.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record CertificateFingerprint(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /** Refuses any other form. */
    public CertificateFingerprint {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "a fingerprint is 64 lower-case hexadecimal digits of a SHA-256");
        }
    }

    /** Hashes a certificate in DER. */
    public static CertificateFingerprint of(byte[] certificateDer) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificateDer);
            return new CertificateFingerprint(HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
