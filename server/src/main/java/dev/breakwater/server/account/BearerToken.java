/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.protocol.SecureBytes;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API token with its secret: {@code bwt_<id>_<64 hexadecimal digits>}. The fixed beginning lets
 * scanners find one that was checked in by mistake. It exists while a request is authenticated and
 * while a new token is shown, and is never stored.
 */
public final class BearerToken {

    private static final Pattern FORM =
            Pattern.compile("bwt_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([0-9a-f]{64})");
    private static final int SECRET_BYTES = 32;

    private final TokenId id;
    private final String secret;

    private BearerToken(TokenId id, String secret) {
        this.id = id;
        this.secret = secret;
    }

    /** A fresh token of 256 random bits. */
    static BearerToken fresh() {
        byte[] bytes = SecureBytes.fresh(SECRET_BYTES);
        return new BearerToken(TokenId.fresh(), HexFormat.of().formatHex(bytes));
    }

    /** Reads the text form; empty for anything else. */
    static Optional<BearerToken> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new BearerToken(TokenId.parse(form.group(1)), form.group(2)))
                : Optional.empty();
    }

    /** The public half. */
    public TokenId id() {
        return id;
    }

    /** The whole token, to be shown to its owner once. */
    public String reveal() {
        return "bwt_" + id + "_" + secret;
    }

    SecretDigest digest() {
        return SecretDigest.of(secret);
    }

    byte[] secretBytes() {
        return HexFormat.of().parseHex(secret);
    }

    @Override
    public String toString() {
        return "bwt_" + id + "_[REDACTED]";
    }
}
