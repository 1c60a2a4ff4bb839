/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import dev.breakwater.protocol.SecureBytes;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * The serial number of one certificate, in its one spelling: hexadecimal, lower case, no leading
 * zero digit.
 *
 * @param hex 1 to 40 digits of a positive number whose DER form is at most 20 octets (RFC 5280
 *     section 4.1.2.2)
 */
public record SerialNumber(String hex) implements Comparable<SerialNumber> {

    private static final Pattern CANONICAL = Pattern.compile("[1-9a-f][0-9a-f]{0,39}");
    private static final int BITS_MAX = 20 * 8 - 1;
    private static final int RANDOM_BITS = 127;

    /** Refuses any other spelling, zero, and numbers whose sign bit would take a 21st octet. */
    public SerialNumber {
        if (!CANONICAL.matcher(hex).matches() || new BigInteger(hex, 16).bitLength() > BITS_MAX) {
            throw new IllegalArgumentException(
                    "a serial number is positive, at most 20 octets, in lower-case hexadecimal"
                            + " without leading zeros");
        }
    }

    /**
     * Draws 127 random bits, so that it fits 16 octets with the sign bit clear. The top bit is set:
     * every serial of ours then has the same length, and 126 bits of chance are left where the CA/B
     * Forum asks for 64.
     */
    public static SerialNumber random() {
        return of(
                new BigInteger(1, SecureBytes.fresh(RANDOM_BITS / Byte.SIZE + 1))
                        .clearBit(RANDOM_BITS)
                        .setBit(RANDOM_BITS - 1));
    }

    /** The serial number with this value. */
    public static SerialNumber of(BigInteger value) {
        return new SerialNumber(value.toString(16));
    }

    /** The number itself. */
    public BigInteger value() {
        return new BigInteger(hex, 16);
    }

    /** Numerical order. */
    @Override
    public int compareTo(SerialNumber other) {
        return value().compareTo(other.value());
    }

    @Override
    public String toString() {
        return hex;
    }
}
