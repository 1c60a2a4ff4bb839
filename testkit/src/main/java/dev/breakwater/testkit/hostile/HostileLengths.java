/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.hostile;

import java.util.stream.Stream;

/** Lengths at which programs go wrong. */
public final class HostileLengths {

    private static final int LIMIT_MAX = 1_000_000;

    private HostileLengths() {}

    /**
     * Lengths around a limit, the first three within it: none, one below, the limit, one above,
     * twice and ten times as long; each once.
     *
     * @param limit 1 to a million
     */
    public static Stream<Integer> around(int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("a limit is 1 to a million, not " + limit);
        }
        return Stream.of(0, limit - 1, limit, limit + 1, 2 * limit, 10 * limit).distinct();
    }

    /** Numbers that are said to be a length, as text: signs, bases, and what overflows. */
    public static Stream<Sample<String>> announced() {
        return Stream.of(
                new Sample<>("nothing", ""),
                new Sample<>("less than nothing", "-1"),
                new Sample<>("a sign", "+1"),
                new Sample<>("an exponent", "1e3"),
                new Sample<>("another base", "0x10"),
                new Sample<>("two numbers", "1 1"),
                new Sample<>("two numbers with a comma", "1, 1"),
                new Sample<>("a fraction", "1.5"),
                new Sample<>("digits of another script", "\u0661"),
                new Sample<>("more than 64 bits", "18446744073709551616"),
                new Sample<>("more than 64 bits with a sign", "9223372036854775808"));
    }
}
