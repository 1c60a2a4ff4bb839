/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup;

import dev.breakwater.protocol.DeviceSerial;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the QR code on a device says: the network it opens for its set-up, which device it is, and
 * by which key it is known.
 *
 * <pre>{@code
 * SetupLabel label = SetupLabel.parse(scanned);
 * join(label.network(), label.passphrase());
 * }</pre>
 *
 * @param network the name of the device's own network; 1 to 32 bytes of UTF-8 without control
 *     characters
 * @param passphrase of that network; 8 to 63 printable ASCII characters (IEEE 802.11)
 * @param serial the maker's name for the device
 * @param key the hash of the device's set-up key
 */
public record SetupLabel(String network, String passphrase, DeviceSerial serial, SetupKeyHash key) {

    /** The longest text of a label, in characters. */
    public static final int CHARACTERS_MAX = 512;

    private static final String BEGINNING = "breakwater:setup?";
    private static final String VERSION = "1";
    private static final Set<String> MEMBERS = Set.of("v", "n", "p", "s", "k");
    private static final Pattern NETWORK = Pattern.compile("[^\\p{Cc}]+");
    private static final int NETWORK_BYTES_MAX = 32;
    private static final Pattern PASSPHRASE = Pattern.compile("[ -~]{8,63}");

    /** Refuses names and passphrases that no network has. */
    public SetupLabel {
        if (!NETWORK.matcher(network).matches()
                || network.getBytes(StandardCharsets.UTF_8).length > NETWORK_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a network's name is 1 to 32 bytes without control characters");
        }
        if (!PASSPHRASE.matcher(passphrase).matches()) {
            throw new IllegalArgumentException(
                    "a network's passphrase is 8 to 63 printable ASCII characters");
        }
    }

    /**
     * Reads a label.
     *
     * @param text untrusted: whatever a camera took for a code
     * @throws IllegalArgumentException saying what is wrong; the text quotes no value
     */
    public static SetupLabel parse(String text) {
        if (text.length() > CHARACTERS_MAX) {
            throw new IllegalArgumentException("a label has at most 512 characters");
        }
        if (!text.startsWith(BEGINNING)) {
            throw new IllegalArgumentException("a label begins with " + BEGINNING);
        }
        Map<String, String> members = new HashMap<>();
        for (String member : text.substring(BEGINNING.length()).split("&", -1)) {
            int equals = member.indexOf('=');
            String name = equals < 0 ? member : member.substring(0, equals);
            if (equals < 0 || !MEMBERS.contains(name)) {
                throw new IllegalArgumentException("a label has the members v, n, p, s and k");
            }
            if (members.put(name, decoded(member.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("the label has " + name + " twice");
            }
        }
        if (!VERSION.equals(members.get("v"))) {
            throw new IllegalArgumentException("the label is not of version 1");
        }
        return new SetupLabel(
                required(members, "n"),
                required(members, "p"),
                new DeviceSerial(required(members, "s")),
                new SetupKeyHash(required(members, "k")));
    }

    /** The label's text, to be made a QR code: 512 characters at most, with the passphrase. */
    public String text() {
        return BEGINNING
                + "v=1&n="
                + encoded(network)
                + "&p="
                + encoded(passphrase)
                + "&s="
                + encoded(serial.text())
                + "&k="
                + key.text();
    }

    private static String required(Map<String, String> members, String name) {
        String value = members.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the label has no " + name);
        }
        return value;
    }

    /** Only unreserved characters stand for themselves (RFC 3986 section 2.3). */
    private static String encoded(String value) {
        StringBuilder text = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved((char) (b & 0xff))) {
                text.append((char) b);
            } else {
                text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return text.toString();
    }

    private static String decoded(String value) {
        ByteBuffer bytes = ByteBuffer.allocate(value.length());
        int at = 0;
        while (at < value.length()) {
            char character = value.charAt(at);
            if (isUnreserved(character)) {
                bytes.put((byte) character);
                at++;
            } else if (character == '%' && at + 2 < value.length()) {
                bytes.put(octet(value.charAt(at + 1), value.charAt(at + 2)));
                at += 3;
            } else {
                throw new IllegalArgumentException("a label's values are percent-encoded");
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException("a label's values are UTF-8", malformed);
        }
    }

    /** Not HexFormat.fromHexDigits, whose refusal quotes a character of what may be secret. */
    private static byte octet(char high, char low) {
        if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
            throw new IllegalArgumentException("a label's values are percent-encoded");
        }
        return (byte) (HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low));
    }

    private static boolean isUnreserved(char character) {
        return (character >= 'A' && character <= 'Z')
                || (character >= 'a' && character <= 'z')
                || (character >= '0' && character <= '9')
                || "-._~".indexOf(character) >= 0;
    }

    @Override
    public String toString() {
        return "SetupLabel[network=" + network + ", passphrase=[REDACTED], serial=" + serial + "]";
    }
}
