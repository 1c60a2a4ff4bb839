/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.wifi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The name of a network: 1 to {@value #BYTES_MAX} bytes, in no particular encoding (IEEE 802.11
 * section 9.4.2.2). The empty name, with which a network hides its own, is none. Immutable; equal
 * to another of the same bytes.
 */
public final class Ssid {

    /** The longest name. */
    public static final int BYTES_MAX = 32;

    private final byte[] bytes;

    private Ssid(byte[] bytes) {
        if (bytes.length < 1 || bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "the name of a network is 1 to " + BYTES_MAX + " bytes, not " + bytes.length);
        }
        this.bytes = bytes;
    }

    /** The name with these bytes; a copy is taken. */
    public static Ssid of(byte[] bytes) {
        return new Ssid(bytes.clone());
    }

    /** A name that is text, in UTF-8. */
    public static Ssid ofText(String text) {
        return new Ssid(text.getBytes(UTF_8));
    }

    /** The name with these bytes in base64url without padding (RFC 4648 section 5). */
    public static Ssid parse(String base64url) {
        if (!base64url.matches("[A-Za-z0-9_-]{2,43}")) {
            throw new IllegalArgumentException(
                    "the name of a network is 1 to 32 bytes in base64url without padding");
        }
        Ssid ssid = new Ssid(Base64.getUrlDecoder().decode(base64url));
        if (!ssid.base64url().equals(base64url)) {
            throw new IllegalArgumentException(
                    "the name of a network is in the one form that base64url without padding has");
        }
        return ssid;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes in base64url without padding. */
    public String base64url() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * The name for people: as text where it is UTF-8, with a backslash and {@code x} before each
     * byte of what no person should be shown as it is: control characters, those that turn the
     * direction of writing or take no room, quotes and backslashes. A name that is no UTF-8 is
     * shown by its ASCII and the rest so.
     */
    public String printable() {
        StringBuilder text = new StringBuilder();
        try {
            UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .codePoints()
                    .forEach(point -> appendPrintable(text, point));
        } catch (CharacterCodingException notUtf8) {
            for (byte octet : bytes) {
                if (octet < 0) {
                    appendEscaped(text, new byte[] {octet});
                } else {
                    appendPrintable(text, octet);
                }
            }
        }
        return text.toString();
    }

    private static void appendPrintable(StringBuilder text, int point) {
        if (isHarmless(point)) {
            text.appendCodePoint(point);
        } else {
            appendEscaped(text, Character.toString(point).getBytes(UTF_8));
        }
    }

    private static void appendEscaped(StringBuilder text, byte[] octets) {
        for (byte octet : octets) {
            text.append("\\x").append(HexFormat.of().toHexDigits(octet));
        }
    }

    private static boolean isHarmless(int point) {
        if (point == '"' || point == '\'' || point == '`' || point == '\\') {
            return false;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.SPACE_SEPARATOR -> point == ' ';
            default -> true;
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ssid that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** As {@link #printable} has it. */
    @Override
    public String toString() {
        return printable();
    }
}
