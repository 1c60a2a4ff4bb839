/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ban;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * What counts as one source: an address of IPv4; of IPv6 a /64, which is what one customer of a
 * provider has.
 *
 * @param name its canonical text, e.g. {@code 192.0.2.7} or {@code 2001:db8:1:2::/64}
 */
public record SourceNetwork(String name) {

    private static final String PREFIX = "/64";
    private static final int GROUPS = 4;

    /** The network of an address. */
    public static SourceNetwork of(InetAddress address) {
        return address instanceof Inet6Address
                ? new SourceNetwork(prefix(address.getAddress()))
                : new SourceNetwork(address.getHostAddress());
    }

    /** The network of an address in text; what is no address is a network of its own. */
    public static SourceNetwork of(String address) {
        return parse(address).orElseGet(() -> new SourceNetwork(address));
    }

    /** The network of this name, or of an address within it; empty if it is neither. */
    public static Optional<SourceNetwork> parse(String text) {
        return literal(text).map(SourceNetwork::of);
    }

    /** An address within it, for whoever compares it with ranges; empty if it is none. */
    Optional<InetAddress> address() {
        return literal(name);
    }

    private static Optional<InetAddress> literal(String text) {
        String bare =
                text.startsWith("[") && text.endsWith("]")
                        ? text.substring(1, text.length() - 1)
                        : text;
        boolean isPrefix = bare.endsWith(PREFIX) && bare.indexOf(':') >= 0;
        try {
            return Optional.of(
                    InetAddress.ofLiteral(
                            isPrefix ? bare.substring(0, bare.length() - PREFIX.length()) : bare));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    /** The first four groups, without zeros where {@code ::} stands for them (RFC 5952). */
    private static String prefix(byte[] address) {
        int groups = GROUPS;
        while (groups > 0 && group(address, groups - 1) == 0) {
            groups--;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < groups; i++) {
            text.append(i == 0 ? "" : ":").append(Integer.toHexString(group(address, i)));
        }
        return text + "::" + PREFIX;
    }

    private static int group(byte[] address, int index) {
        return Byte.toUnsignedInt(address[2 * index]) << 8
                | Byte.toUnsignedInt(address[2 * index + 1]);
    }

    @Override
    public String toString() {
        return name;
    }
}
