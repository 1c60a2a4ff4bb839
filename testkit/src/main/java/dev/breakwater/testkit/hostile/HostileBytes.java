/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.hostile;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Bytes that are not what they are taken for. */
public final class HostileBytes {

    private HostileBytes() {}

    /**
     * Bytes that are no UTF-8 (RFC 3629 section 3): a strict reader refuses each, a lax one makes
     * something of it that nobody checked.
     */
    public static Stream<Sample<byte[]>> notUtf8() {
        return Stream.of(
                hex("a slash in two bytes", "C0 AF"),
                hex("a slash in three bytes", "E0 80 AF"),
                hex("a slash in four bytes", "F0 80 80 AF"),
                hex("a NUL in two bytes", "C0 80"),
                hex("a surrogate", "ED A0 80"),
                hex("a pair of surrogates (CESU-8)", "ED A0 BD ED B0 A0"),
                hex("a code point above the last", "F4 90 80 80"),
                hex("a sequence of five bytes", "F8 88 80 80 80"),
                hex("a continuation alone", "80"),
                hex("a sequence that is cut off", "E2 82"),
                hex("a sequence with a letter in it", "E2 28 A1"),
                hex("bytes that never occur", "FE FF"),
                new Sample<>("Latin-1", "Caf\u00e9".getBytes(StandardCharsets.ISO_8859_1)),
                new Sample<>("UTF-16", "tank".getBytes(StandardCharsets.UTF_16)));
    }

    /** Beginnings of a message, each shorter by one byte than the next, the whole not included. */
    public static Stream<Sample<byte[]>> truncations(byte[] whole) {
        return IntStream.range(0, whole.length)
                .mapToObj(
                        length ->
                                new Sample<>(
                                        length + " of " + whole.length + " bytes",
                                        Arrays.copyOf(whole, length)));
    }

    /** A message with each of its bits turned, one at a time. */
    public static Stream<Sample<byte[]>> flippedBits(byte[] whole) {
        return IntStream.range(0, whole.length * 8)
                .mapToObj(
                        bit -> {
                            byte[] flipped = whole.clone();
                            flipped[bit / 8] ^= (byte) (1 << bit % 8);
                            return new Sample<>("bit " + bit + " turned", flipped);
                        });
    }

    static Sample<byte[]> hex(String what, String bytes) {
        return new Sample<>(what, HexFormat.of().parseHex(bytes.replace(" ", "")));
    }
}
