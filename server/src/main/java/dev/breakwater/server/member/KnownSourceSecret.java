/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.server.account.SecretDigest;
import java.util.HexFormat;

/**
 * What a browser or a command line shows to be told from strangers when its member logs in: {@code
 * bwk_} and 64 hexadecimal digits. It proves nothing but that somebody has logged in with it
 * before, and is stored as its digest.
 */
public final class KnownSourceSecret {

    private static final String BEGINNING = "bwk_";
    private static final int BYTES = 32;

    private final String text;

    private KnownSourceSecret(String text) {
        this.text = text;
    }

    static KnownSourceSecret fresh() {
        byte[] bytes = SecureBytes.fresh(BYTES);
        return new KnownSourceSecret(BEGINNING + HexFormat.of().formatHex(bytes));
    }

    /** What somebody shows, whatever it is. */
    public static KnownSourceSecret shown(String text) {
        return new KnownSourceSecret(text);
    }

    /** The secret, for whoever is to hold it. */
    public String reveal() {
        return text;
    }

    SecretDigest digest() {
        return SecretDigest.of(text);
    }

    @Override
    public String toString() {
        return "known source [REDACTED]";
    }
}
