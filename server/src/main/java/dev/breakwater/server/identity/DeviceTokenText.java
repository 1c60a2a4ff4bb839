/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.SecureBytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A device's token as the device has it: {@code bwd_<64 hexadecimal digits>_<8>}. The beginning and
 * the checksum at the end let scanners find one that was checked in by mistake, and let a mistyped
 * one be refused without asking the store. It exists while a device is admitted and while a new
 * token is shown, and is never stored.
 */
public final class DeviceTokenText {

    /** How many characters a token has. */
    public static final int CHARACTERS = 77;

    private static final Pattern FORM = Pattern.compile("bwd_([0-9a-f]{64})_([0-9a-f]{8})");
    private static final int SECRET_BYTES = 32;

    private final String secret;

    private DeviceTokenText(String secret) {
        this.secret = secret;
    }

    /** A fresh token of 256 random bits. */
    static DeviceTokenText fresh() {
        byte[] bytes = SecureBytes.fresh(SECRET_BYTES);
        return new DeviceTokenText(HexFormat.of().formatHex(bytes));
    }

    /** Reads untrusted text; empty if it is not of the form above. */
    public static Optional<DeviceTokenText> parse(String text) {
        if (text.length() != CHARACTERS) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(text);
        return form.matches() && checksum(form.group(1)).equals(form.group(2))
                ? Optional.of(new DeviceTokenText(form.group(1)))
                : Optional.empty();
    }

    /** What the registry knows it by. */
    CredentialFingerprint fingerprint() {
        return CredentialFingerprint.of(secret.getBytes(StandardCharsets.US_ASCII));
    }

    /** The whole token, to be shown once. */
    public String reveal() {
        return "bwd_" + secret + "_" + checksum(secret);
    }

    private static String checksum(String secret) {
        CRC32 crc = new CRC32();
        crc.update(secret.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    @Override
    public String toString() {
        return "bwd_[REDACTED]";
    }
}
