/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.util.encoders.Base32;

/** A TOTP secret as authenticator apps take it, typed or from a QR code. */
public final class TotpUri {

    private static final String ISSUER = "Breakwater";

    private TotpUri() {}

    /** Base32 without padding (RFC 4648 section 6). */
    public static String secret(byte[] secret) {
        return new String(Base32.encode(secret), StandardCharsets.US_ASCII).replace("=", "");
    }

    /** The key URI that the apps agreed on; all that it leaves out is their default. */
    public static String of(byte[] secret, String account) {
        return "otpauth://totp/%s:%s?secret=%s&issuer=%s"
                .formatted(ISSUER, escaped(account), secret(secret), ISSUER);
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
