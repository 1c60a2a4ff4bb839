/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.protocol.SecureBytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An enrollment code as its holder has it: {@code bwe_<id>_<secret>}. The prefix lets a secret
 * scanner find one that was committed or logged; the secret is 26 characters of base32, 130 random
 * bits, so that its plain SHA-256 is a safe form to store: there is nothing to guess.
 */
public final class EnrollmentCodeText {

    private static final Pattern FORM =
            Pattern.compile(
                    "bwe_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})"
                            + "([0-9a-f]{12})_([a-z2-7]{26})");
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int SECRET_CHARACTERS = 26;

    private final EnrollmentCodeId id;
    private final String secret;

    private EnrollmentCodeText(EnrollmentCodeId id, String secret) {
        this.id = id;
        this.secret = secret;
    }

    /** A code nobody has seen. */
    static EnrollmentCodeText fresh(EnrollmentCodeId id) {
        StringBuilder secret = new StringBuilder(SECRET_CHARACTERS);
        for (int i = 0; i < SECRET_CHARACTERS; i++) {
            secret.append(SecureBytes.oneOf(ALPHABET));
        }
        return new EnrollmentCodeText(id, secret.toString());
    }

    /** Reads untrusted text; empty if it is not of the form above. */
    static Optional<EnrollmentCodeText> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String uuid =
                String.join(
                        "-",
                        matcher.group(1),
                        matcher.group(2),
                        matcher.group(3),
                        matcher.group(4),
                        matcher.group(5));
        return Optional.of(
                new EnrollmentCodeText(
                        new EnrollmentCodeId(UUID.fromString(uuid)), matcher.group(6)));
    }

    /** Which code it claims to be; not believed before {@link #matches}. */
    EnrollmentCodeId id() {
        return id;
    }

    /** What is stored in place of the secret. */
    String secretSha256() {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(secret.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    /** Compares with a stored hash, in a time that does not tell how much of it agrees. */
    boolean matches(String storedSha256) {
        return MessageDigest.isEqual(
                secretSha256().getBytes(StandardCharsets.US_ASCII),
                storedSha256.getBytes(StandardCharsets.US_ASCII));
    }

    /** The whole code, to be shown to its maker once. */
    public String reveal() {
        return "bwe_" + id.toString().replace("-", "") + "_" + secret;
    }

    @Override
    public String toString() {
        return "EnrollmentCodeText[id=" + id + ", secret=[REDACTED]]";
    }
}
