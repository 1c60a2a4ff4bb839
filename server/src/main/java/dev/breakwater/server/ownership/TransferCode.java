/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.server.account.SecretDigest;
import java.util.HexFormat;

/**
 * The secret by which somebody takes over a device: {@code bwx_} and 64 hexadecimal digits. Shown
 * once, stored as its digest.
 */
public final class TransferCode {

    private static final String BEGINNING = "bwx_";
    private static final int BYTES = 32;

    private final String text;

    private TransferCode(String text) {
        this.text = text;
    }

    static TransferCode fresh() {
        byte[] bytes = SecureBytes.fresh(BYTES);
        return new TransferCode(BEGINNING + HexFormat.of().formatHex(bytes));
    }

    /** What somebody shows, whatever it is. */
    static TransferCode shown(String text) {
        return new TransferCode(text);
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
        return "transfer code [REDACTED]";
    }
}
