/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.stream.Stream;

/**
 * Names and passphrases of wireless networks (IEEE 802.11). A name is 1 to 32 bytes of any kind and
 * belongs to whoever set the router up; a passphrase is 8 to 63 printable ASCII characters, or the
 * key itself in 64 hexadecimal digits.
 */
public final class HostileNetworks {

    private HostileNetworks() {}

    /** Names that networks have, though programs do not expect it: each must pass byte by byte. */
    public static Stream<Sample<byte[]>> names() {
        return Stream.of(
                name("one byte", "x"),
                name("32 bytes", "x".repeat(32)),
                name("32 bytes of UTF-8", "\u00e9".repeat(16)),
                name("a blank", " "),
                name("32 blanks", " ".repeat(32)),
                name("blanks around it", " Meer "),
                name("quotes", "\"Meer\" 'Moor' `Mole`"),
                name("a backslash at its end", "Meer\\"),
                name("colons", "a:b\\:c"),
                name("semicolons", "77;101;"),
                name("a section of a key file", "[wifi-security]"),
                name("lines of a key file", "a\npsk=owned\n"),
                name("lines with carriage returns", "a\r\nkey-mgmt=none\r\n"),
                name("a command", "$(touch /tmp/x);`reboot`|"),
                name("an option", "--help"),
                name("conversions", "%s%n%x${x}"),
                name("markup", "<script>alert(1)</script>"),
                name("a statement", "'; DROP TABLE x; --"),
                name("an escape sequence", "\u001b[2J\u001b[31m"),
                name("an override of direction", "a\u202egnp.exe"),
                name("letters that look like others", "\u041ceer"),
                name("a blank without width", "Me\u200ber"),
                name("code points beyond 16 bits", "\ud83d\udc20\ud83d\udc20"),
                name("a NUL", "\0"),
                name("a NUL within it", "Me\0er"),
                name("a NUL at its end", "Meer\0"),
                name("32 NULs, as hidden networks send them", "\0".repeat(32)),
                new Sample<>("Latin-1", "Caf\u00e9 Meer".getBytes(ISO_8859_1)),
                HostileBytes.hex("bytes of no encoding", "FF FE 00 80 C0 AF ED A0 80"),
                HostileBytes.hex("UTF-8 that is cut off", "4D 65 65 E2 82"));
    }

    /** Names that no network has: none, and too long. */
    public static Stream<Sample<byte[]>> notNames() {
        return Stream.of(
                new Sample<>("nothing", new byte[0]),
                name("33 bytes", "x".repeat(33)),
                name("33 bytes in 17 characters", "\u00e9".repeat(16) + "x"),
                name("255 bytes, what its length byte can say", "x".repeat(255)));
    }

    /** Passphrases that networks have, though programs do not expect it. */
    public static Stream<Sample<String>> passphrases() {
        return Stream.of(
                new Sample<>("8 characters", "12345678"),
                new Sample<>("63 characters", "x".repeat(63)),
                new Sample<>("63 hexadecimal digits, which are no key", "a".repeat(63)),
                new Sample<>("a key of 64 hexadecimal digits", "0123456789abcdef".repeat(4)),
                new Sample<>("a key in upper case", "0123456789ABCDEF".repeat(4)),
                new Sample<>("8 blanks", " ".repeat(8)),
                new Sample<>("blanks around it", "  hush  "),
                new Sample<>("quotes", "\"'`\"'`\"'"),
                new Sample<>("backslashes", "\\s\\t\\n\\\\"),
                new Sample<>("a comment of a key file", "#;#;#;#;"),
                new Sample<>("a section of a key file", "[wifi-security]"),
                new Sample<>("a command", "$(touch /tmp/x);`reboot`"),
                new Sample<>("conversions", "%s%n%x%p"),
                new Sample<>("what ends JSON", "\",\"x\":\"y"),
                new Sample<>("the last printable character", "~".repeat(8)));
    }

    /** Passphrases that no network takes. */
    public static Stream<Sample<String>> notPassphrases() {
        return Stream.of(
                new Sample<>("nothing", ""),
                new Sample<>("7 characters", "1234567"),
                new Sample<>("64 characters that are no key", "x".repeat(64)),
                new Sample<>("65 hexadecimal digits", "a".repeat(65)),
                new Sample<>("64 digits of another script", "\u0661".repeat(64)),
                new Sample<>("8 characters outside ASCII", "\u00fcberlang"),
                new Sample<>("a NUL", "hush\0hush"),
                new Sample<>("a line feed at its end", "hush-hush\n"),
                new Sample<>("a second line", "hush-hush\nkey-mgmt=none"),
                new Sample<>("a tab", "hush\thush"),
                new Sample<>("a DEL", "hush\u007fhush"),
                new Sample<>("a surrogate alone", "hush\ud83dhush"));
    }

    private static Sample<byte[]> name(String what, String text) {
        return new Sample<>(what, text.getBytes(UTF_8));
    }
}
