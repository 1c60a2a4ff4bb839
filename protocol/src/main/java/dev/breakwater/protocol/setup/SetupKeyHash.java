/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a device's set-up key, over its SubjectPublicKeyInfo in DER: what the label tells
 * of the key, and by what whoever has read the label knows the device again. No secret.
 *
 * @param text the 32 bytes as 43 characters of base64url without padding (RFC 4648 section 5), in
 *     their only spelling
 */
public record SetupKeyHash(String text) {

    /** The last character holds four bits of the hash and two that are zero. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]");

    /** Refuses any other form. */
    public SetupKeyHash {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a set-up key hash is a SHA-256 as 43 characters of base64url");
        }
    }

    /**
     * Hashes a key.
     *
     * @throws IllegalArgumentException if the key does not give its encoding
     */
    public static SetupKeyHash of(PublicKey key) {
        byte[] der = key.getEncoded();
        if (der == null) {
            throw new IllegalArgumentException("the key has no encoding");
        }
        return of(der);
    }

    /** Hashes a SubjectPublicKeyInfo in DER. */
    public static SetupKeyHash of(byte[] subjectPublicKeyDer) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(subjectPublicKeyDer);
            return new SetupKeyHash(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    /** The hash of these 64 hexadecimal digits. */
    public static SetupKeyHash ofHex(String hex) {
        byte[] hash = HexFormat.of().parseHex(hex);
        return new SetupKeyHash(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        return Base64.getUrlDecoder().decode(text);
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    @Override
    public String toString() {
        return text;
    }
}
