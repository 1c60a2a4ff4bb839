/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.server.account.SecretDigest;
import java.util.HexFormat;

/**
 * The secret by which somebody who forgot their password sets another one: {@code bwp_} and 64
 * hexadecimal digits. Shown once, stored as its digest.
 */
public final class PasswordResetCode {

    private static final String BEGINNING = "bwp_";
    private static final int BYTES = 32;

    private final String text;

    private PasswordResetCode(String text) {
        this.text = text;
    }

    static PasswordResetCode fresh() {
        byte[] bytes = SecureBytes.fresh(BYTES);
        return new PasswordResetCode(BEGINNING + HexFormat.of().formatHex(bytes));
    }

    /** What somebody shows, whatever it is. */
    static PasswordResetCode shown(String text) {
        return new PasswordResetCode(text);
    }

    /** The code, to be shown once. */
    public String reveal() {
        return text;
    }

    SecretDigest digest() {
        return SecretDigest.of(text);
    }

    @Override
    public String toString() {
        return "password reset code [REDACTED]";
    }
}
