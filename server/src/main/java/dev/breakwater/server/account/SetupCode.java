/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.protocol.SecureBytes;
import java.util.Locale;

/**
 * The one-time code that makes the first administrator: 160 random bits in groups of four that can
 * be typed off a screen. Letters and digits that look alike are left out.
 */
public final class SetupCode {

    private static final String ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";
    private static final int CHARACTERS = 32;
    private static final int GROUP = 4;

    private final String text;

    private SetupCode(String text) {
        this.text = text;
    }

    static SetupCode fresh() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < CHARACTERS; i++) {
            if (i > 0 && i % GROUP == 0) {
                text.append('-');
            }
            text.append(SecureBytes.oneOf(ALPHABET));
        }
        return new SetupCode(text.toString());
    }

    /** What somebody typed; case and surrounding blanks do not matter. */
    static SetupCode typed(String text) {
        return new SetupCode(text.strip().toUpperCase(Locale.ROOT));
    }

    /** The code, to be printed once. */
    public String reveal() {
        return text;
    }

    SecretDigest digest() {
        return SecretDigest.of(text);
    }

    @Override
    public String toString() {
        return "setup code [REDACTED]";
    }
}
