/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of addresses, written in CIDR (RFC 4632, RFC 4291 section 2.3). An address of IPv4 that
 * is written as one of IPv6 is the address of IPv4.
 *
 * @param first the lowest address
 * @param prefix how many leading bits all its addresses share
 */
public record SourceNetwork(InetAddress first, int prefix) {

    /** Java also reads 10.1 and 0x0A000001, which no two readers take for the same. */
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private static final int SITE_BITS_V4 = 24;
    private static final int SITE_BITS_V6 = 48;

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is none, or has bits beyond its prefix; the text says
     *     what to write
     */
    public static SourceNetwork parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address =
                slash < 0 ? Optional.empty() : address(text.substring(0, slash));
        int prefix = slash < 0 ? -1 : number(text.substring(slash + 1));
        if (address.isEmpty() || prefix < 0 || prefix > bits(address.get())) {
            throw new IllegalArgumentException(
                    "is not a network such as 192.0.2.0/24 or 2001:db8::/32");
        }
        InetAddress first = cut(address.get(), prefix);
        if (!first.equals(address.get())) {
            throw new IllegalArgumentException(
                    "has bits beyond its prefix; the network is "
                            + new SourceNetwork(first, prefix));
        }
        return new SourceNetwork(first, prefix);
    }

    /**
     * The address in a text as the listeners write it: with brackets, with a zone, or bare. Empty
     * if it is none.
     */
    static Optional<InetAddress> address(String source) {
        String bare =
                source.startsWith("[") && source.endsWith("]")
                        ? source.substring(1, source.length() - 1)
                        : source;
        int zone = bare.indexOf('%');
        String literal = zone < 0 ? bare : bare.substring(0, zone);
        if (!ADDRESS.matcher(literal).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(literal));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    /**
     * The network that counts as one place: of IPv4 a /24, of IPv6 a /48, which is what one site
     * has. A source that is no address is a place of its own.
     */
    static String placeOf(String source) {
        return address(source)
                .map(
                        address -> {
                            int bits =
                                    address instanceof Inet4Address ? SITE_BITS_V4 : SITE_BITS_V6;
                            return new SourceNetwork(cut(address, bits), bits).toString();
                        })
                .orElse(source);
    }

    /** Whether the address is within it. */
    public boolean holds(InetAddress address) {
        return bits(address) == bits(first) && cut(address, prefix).equals(first);
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * Byte.SIZE;
    }

    private static InetAddress cut(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
            bytes[i] &= (byte) (0xFF00 >>> kept);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("the length is that of an address", impossible);
        }
    }

    private static int number(String digits) {
        return digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : -1;
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + prefix;
    }
}
