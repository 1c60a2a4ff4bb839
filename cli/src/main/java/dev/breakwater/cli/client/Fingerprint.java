/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * SHA-256 of a certificate's DER.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Fingerprint(String hex) implements Trust {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");
    private static final String PREFIX = "sha256:";

    /** Refuses anything else. */
    public Fingerprint {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "a fingerprint is sha256: and 64 hexadecimal digits");
        }
    }

    /**
     * Reads what the server prints and what {@code openssl x509 -fingerprint -sha256} prints: with
     * or without {@code sha256:}, with or without colons, in any case.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Fingerprint parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        String digits = lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower;
        return new Fingerprint(digits.replace(":", ""));
    }

    /** The fingerprint of this certificate. */
    public static Fingerprint of(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return new Fingerprint(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException | CertificateEncodingException impossible) {
            throw new IllegalStateException(
                    "a parsed certificate has DER and every Java runtime SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
