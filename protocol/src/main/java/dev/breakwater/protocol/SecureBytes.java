/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol;

import java.security.SecureRandom;

/**
 * Random values that nobody can guess: the one place where secrets, salts, nonces and identifiers
 * come from, so that none is ever made by a generator that can be foreseen. Thread-safe.
 */
public final class SecureBytes {

    private static final SecureRandom RANDOM = new SecureRandom();

    private SecureBytes() {}

    /** So many random bytes. */
    public static byte[] fresh(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** One of the 2^64 numbers. */
    public static long freshLong() {
        return RANDOM.nextLong();
    }

    /** One of the characters, each as likely as any other. */
    public static char oneOf(String alphabet) {
        return alphabet.charAt(RANDOM.nextInt(alphabet.length()));
    }
}
