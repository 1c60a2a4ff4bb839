/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.server.account.SecretDigest;
import java.util.HexFormat;

/**
 * The secret by which somebody accepts a share of a device: {@code bws_} and 64 hexadecimal digits.
 * Shown once, stored as its digest. It begins unlike a {@link TransferCode}, so that nobody who is
 * to give access gives away the device.
 */
public final class ShareCode {

    private static final String BEGINNING = "bws_";
    private static final int BYTES = 32;

    private final String text;

    private ShareCode(String text) {
        this.text = text;
    }

    static ShareCode fresh() {
        byte[] bytes = SecureBytes.fresh(BYTES);
        return new ShareCode(BEGINNING + HexFormat.of().formatHex(bytes));
    }

    /** What somebody shows, whatever it is. */
    static ShareCode shown(String text) {
        return new ShareCode(text);
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
        return "share code [REDACTED]";
    }
}
