/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.server.account.SecretDigest;
import java.util.HexFormat;

/**
 * The secret of an invitation, for the link that is sent to the invited: {@code bwi_} and 64
 * hexadecimal digits. Shown once, stored as its digest.
 */
public final class InvitationCode {

    private static final String BEGINNING = "bwi_";
    private static final int BYTES = 32;

    private final String text;

    private InvitationCode(String text) {
        this.text = text;
    }

    static InvitationCode fresh() {
        byte[] bytes = SecureBytes.fresh(BYTES);
        return new InvitationCode(BEGINNING + HexFormat.of().formatHex(bytes));
    }

    /** What somebody shows, whatever it is. */
    static InvitationCode shown(String text) {
        return new InvitationCode(text);
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
        return "invitation code [REDACTED]";
    }
}
