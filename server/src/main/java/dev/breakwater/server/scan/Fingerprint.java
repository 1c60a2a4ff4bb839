/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * By what a finding is known again in the next scan, wherever in its file it stands then: rule,
 * path inside the release, and secret. Whoever reads reports must not be able to guess a short
 * secret from it, so that one costs ten thousand hashes a guess.
 *
 * @param hex SHA-256, or PBKDF2 of it, in lower case
 */
public record Fingerprint(String hex) {

    private static final int GUESSABLE_BYTES = 24;
    private static final int ROUNDS = 10_000;
    private static final int BITS = 256;

    /**
     * Takes one that was shown.
     *
     * @throws IllegalArgumentException if it is not 64 hexadecimal digits
     */
    public Fingerprint {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("a fingerprint has 64 hexadecimal digits");
        }
    }

    static Fingerprint of(String rule, ContainerPath path, String secret) {
        String place = "finding\0" + rule + "\0" + path.inside() + "\0";
        if (secret.length() > GUESSABLE_BYTES) {
            return new Fingerprint(sha256(place + secret));
        }
        PBEKeySpec guess =
                new PBEKeySpec(
                        sha256(secret).toCharArray(),
                        place.getBytes(StandardCharsets.UTF_8),
                        ROUNDS,
                        BITS);
        try {
            byte[] slow =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(guess)
                            .getEncoded();
            return new Fingerprint(HexFormat.of().formatHex(slow));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        } finally {
            guess.clearPassword();
        }
    }

    static Fingerprint ofGap(String kind, ContainerPath path) {
        return new Fingerprint(sha256("gap\0" + kind + "\0" + path.inside()));
    }

    static String sha256(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
