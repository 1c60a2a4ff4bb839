/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The SHA-256 of the server's root certificate, told to the device outside the network: on the
 * label or in the provisioning record. It is what the device's trust begins with (RFC 7030 section
 * 4.1.1).
 *
 * @param hex 64 hexadecimal digits in lower case
 */
public record RootFingerprint(String hex) {

    /** Refuses anything but 64 hexadecimal digits in lower case. */
    public RootFingerprint {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "a root fingerprint is the SHA-256 of the certificate, 64 hexadecimal digits");
        }
    }

    /** Reads the forms people have: either case, with or without the colons of OpenSSL. */
    public static RootFingerprint parse(String text) {
        return new RootFingerprint(text.replace(":", "").toLowerCase(Locale.ROOT));
    }

    /** The fingerprint of a certificate. */
    public static RootFingerprint of(X509Certificate certificate) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return new RootFingerprint(
                    HexFormat.of().formatHex(digest.digest(certificate.getEncoded())));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a parsed certificate has no SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
