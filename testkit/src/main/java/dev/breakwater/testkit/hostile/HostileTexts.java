/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.hostile;

import java.util.stream.Stream;

/**
 * Texts that mean something to somebody they should not reach: a shell, a database, a browser, a
 * log, a screen.
 *
 * <pre>{@code
 * @ParameterizedTest
 * @MethodSource("dev.breakwater.testkit.hostile.HostileTexts#all")
 * void showsAnyNameAsItIs(Sample<String> name) {
 *     tank.rename(name.value());
 *     assertThat(tank.name()).isEqualTo(name.value());
 * }
 * }</pre>
 *
 * <p>All are at most {@value #CHARS_MAX} characters; lengths are a matter of {@link #ofLengths}.
 * The texts of {@link #surrogates} are no Unicode and cannot be written as UTF-8.
 */
public final class HostileTexts {

    /** The longest text of {@link #all}. */
    public static final int CHARS_MAX = 256;

    private HostileTexts() {}

    /** Every text of this class that is Unicode. */
    public static Stream<Sample<String>> all() {
        return Stream.of(
                        names(),
                        json(),
                        sql(),
                        markup(),
                        shell(),
                        formats(),
                        paths(),
                        controls(),
                        directions())
                .flatMap(texts -> texts);
    }

    /** Names that people and places have, and that programs take for something else. */
    public static Stream<Sample<String>> names() {
        return Stream.of(
                text("nothing", ""),
                text("a blank", " "),
                text("blanks around it", "  tank  "),
                text("an apostrophe", "O'Brien's tank"),
                text("the word null", "null"),
                text("the word undefined", "undefined"),
                text("the word true", "true"),
                text("a number", "0"),
                text("a number with an exponent", "1e309"),
                text("no number", "NaN"),
                text("a date to a spreadsheet", "1-2"),
                text("a formula to a spreadsheet", "=1+1|'/C calc'!A0"),
                text("an option to a program", "--help"),
                text("a name of JavaScript's prototypes", "__proto__"),
                text(
                        "letters from right to left",
                        "\u05d0\u05e7\u05d5\u05d5\u05e8\u05d9\u05d5\u05dd"),
                text("one letter in two code points", "Cafe\u0301"),
                text("the same letter in one code point", "Caf\u00e9"),
                text("letters that look like others", "\u0440\u0430\u0443\u0440\u0430l"),
                text("a letter that grows in upper case", "Stra\u00dfe"),
                text("a letter whose lower case Turks dispute", "T\u0130TLE"),
                text("code points beyond 16 bits", "\ud83d\udc20\ud83d\udc69\u200d\ud83d\udd2c"));
    }

    /** Texts that end a JSON string, or are read otherwise by another reader. */
    public static Stream<Sample<String>> json() {
        return Stream.of(
                text("a quote and a member", "\",\"admin\":true,\"x\":\""),
                text("a backslash at its end", "tank\\"),
                text("an escape that is spelled out", "\\u0022"),
                text("an end of line to JavaScript and none to JSON", "a\u2028b"),
                text("brackets that go deep", "[".repeat(200)),
                text("a comment", "/* */ // #"));
    }

    /** Texts that end an SQL string, or match more than themselves. */
    public static Stream<Sample<String>> sql() {
        return Stream.of(
                text("a quote and a condition", "' OR '1'='1"),
                text("a quote and a statement", "'; DROP TABLE devices; --"),
                text("a doubled quote", "\"; DROP TABLE devices; --"),
                text("wildcards of LIKE", "%_%"),
                text("an escaped quote", "\\' OR 1=1 --"),
                text("a quoted body of PostgreSQL", "$$; SELECT pg_sleep(10); $$"),
                text("a union", "x' UNION SELECT * FROM members --"));
    }

    /** Texts that a browser runs. */
    public static Stream<Sample<String>> markup() {
        return Stream.of(
                text("a script", "<script>alert(1)</script>"),
                text("an image that fails", "\"><img src=x onerror=alert(1)>"),
                text("an attribute", "' onmouseover='alert(1)"),
                text("an end of a comment", "--><svg onload=alert(1)>"),
                text("an address that runs", "javascript:alert(1)"),
                text("an entity", "&lt;b&gt;&#0;"),
                text("an outside entity of XML", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///x\">]>"),
                text("an expression of a template", "{{7*7}}${7*7}<%= 7*7 %>#{7*7}"));
    }

    /** Texts that a shell runs, or that a program takes for options. */
    public static Stream<Sample<String>> shell() {
        return Stream.of(
                text("a second command", "tank; touch /tmp/breakwater-was-here"),
                text("a command in a command", "$(touch /tmp/breakwater-was-here)"),
                text("a command in backticks", "`touch /tmp/breakwater-was-here`"),
                text("a pipe", "| touch /tmp/breakwater-was-here"),
                text("a command on a second line", "tank\ntouch /tmp/breakwater-was-here"),
                text("a redirection", "> /tmp/breakwater-was-here"),
                text("an environment variable", "$HOME %PATH% ~"),
                text("a pattern of files", "* ?"),
                text("an option with a value", "-oProxyCommand=touch"));
    }

    /** Texts that a formatter of messages or a logger obeys. */
    public static Stream<Sample<String>> formats() {
        return Stream.of(
                text("conversions of C", "%s%n%x%p%99999999d"),
                text("conversions of Java", "%1$s {0} {}"),
                text("a look-up of a logger", "${jndi:ldap://127.0.0.1:1/x}"),
                text("a second line of a log", "tank\r\n2026-01-01 INFO all is well"));
    }

    /** Texts that leave a directory or name a device. */
    public static Stream<Sample<String>> paths() {
        return Stream.of(
                text("a way out", "../../../../etc/passwd"),
                text("a way out, encoded", "..%2f..%2fetc%2fpasswd"),
                text("a way out of Windows", "..\\..\\boot.ini"),
                text("an absolute path", "/etc/passwd"),
                text("a dot", "."),
                text("two dots", ".."),
                text("a device of Windows", "CON"),
                text("a path that ends at a NUL", "tank\u0000.json"));
    }

    /** Characters that end a text, clear a screen or are none. */
    public static Stream<Sample<String>> controls() {
        return Stream.of(
                text("a NUL", "ta\u0000nk"),
                text("a NUL at its end", "tank\u0000"),
                text("an escape sequence of a terminal", "\u001b[2J\u001b[31mtank"),
                text("an escape sequence in one byte", "\u009b31mtank"),
                text("a title of a terminal", "\u001b]0;tank\u0007"),
                text("a backspace", "good\b\b\b\bevil"),
                text("a carriage return", "good\revil"),
                text("tabs", "\ttank\t"),
                text("a DEL", "tank\u007f"),
                text("the highest control character", "tank\u009f"));
    }

    /** Characters that turn the direction of writing, take no room, or stand for nothing. */
    public static Stream<Sample<String>> directions() {
        return Stream.of(
                text("an override of direction", "tank\u202egnp.exe"),
                text("an isolate that is not ended", "\u2067tank"),
                text("a mark of direction", "tank\u200f"),
                text("a blank without width", "ta\u200bnk"),
                text("a byte order mark", "\ufefftank"),
                text("a tag that no font shows", "tank\udb40\udc41"),
                text("a hundred accents", "a" + "\u0301".repeat(100)),
                text("a code point that is none", "tank\uffff"),
                text("a code point of nobody", "tank\ue000"));
    }

    /** Halves of pairs: no Unicode, though Java has them. */
    public static Stream<Sample<String>> surrogates() {
        return Stream.of(
                text("a high surrogate alone", "tank\ud83d"),
                text("a low surrogate alone", "\udc20tank"),
                text("surrogates in the wrong order", "\udc20\ud83d"));
    }

    /**
     * Texts around a limit: empty, one below, at, and above it, and far above.
     *
     * @param charsMax the limit, 1 to a million
     */
    public static Stream<Sample<String>> ofLengths(int charsMax) {
        return HostileLengths.around(charsMax)
                .map(length -> text(length + " characters", "x".repeat(length)));
    }

    private static Sample<String> text(String what, String value) {
        return new Sample<>(what, value);
    }
}
