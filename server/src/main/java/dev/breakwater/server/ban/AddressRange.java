/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ban;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/**
 * All addresses that begin alike, as an operator writes them: {@code 198.51.100.0/24}, {@code
 * 2001:db8::/32}, or one address of IPv4 alone.
 *
 * @param first the lowest of them
 * @param prefixBits how many bits they share
 */
public record AddressRange(InetAddress first, int prefixBits) {

    /** Of IPv6 nothing smaller is ever banned, so nothing smaller can be excepted. */
    private static final int IPV6_PREFIX_BITS_MAX = 64;

    /** Refuses a range that is none. */
    public AddressRange {
        int bits = 8 * first.getAddress().length;
        int bitsMax = bits == 32 ? 32 : IPV6_PREFIX_BITS_MAX;
        if (prefixBits < 0 || prefixBits > bitsMax) {
            throw new IllegalArgumentException(
                    "a range of such addresses has a prefix of 0 to %d bits, not %d"
                            .formatted(bitsMax, prefixBits));
        }
        if (new BigInteger(1, first.getAddress()).getLowestSetBit() >= 0
                && new BigInteger(1, first.getAddress()).getLowestSetBit() < bits - prefixBits) {
            throw new IllegalArgumentException(
                    "%s is not the first address of a range of /%d"
                            .formatted(first.getHostAddress(), prefixBits));
        }
    }

    /**
     * Reads a range.
     *
     * @throws IllegalArgumentException if it is none; the text says why
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress first = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new AddressRange(
                    first, Math.min(8 * first.getAddress().length, IPV6_PREFIX_BITS_MAX));
        }
        try {
            return new AddressRange(first, Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "what follows the slash of " + text + " is not a number of bits", notANumber);
        }
    }

    /** Whether the network lies within the range. */
    public boolean contains(SourceNetwork network) {
        Optional<InetAddress> address = network.address();
        return address.isPresent() && contains(address.get().getAddress());
    }

    private boolean contains(byte[] address) {
        byte[] mine = first.getAddress();
        if (address.length != mine.length) {
            return false;
        }
        int bits = 8 * mine.length;
        return new BigInteger(1, address)
                .shiftRight(bits - prefixBits)
                .equals(new BigInteger(1, mine).shiftRight(bits - prefixBits));
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + prefixBits;
    }
}
