/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The names under which clients reach one of our listeners.
 *
 * @param dnsNames host names in lower case; no wildcard, because a listener knows its names
 * @param addresses literal IP addresses
 */
public record ServerNames(List<String> dnsNames, List<InetAddress> addresses) {

    /** The most names, of both kinds together, that one certificate carries. */
    public static final int NAMES_MAX = 32;

    private static final int DNS_NAME_CHARS_MAX = 253;
    private static final Pattern DNS_NAME =
            Pattern.compile(
                    "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    /** Refuses no names, too many, and anything that is not a host name (RFC 1123 section 2.1). */
    public ServerNames {
        dnsNames = List.copyOf(dnsNames);
        addresses = List.copyOf(addresses);
        int count = dnsNames.size() + addresses.size();
        if (count == 0 || count > NAMES_MAX) {
            throw new IllegalArgumentException(
                    "a listener has 1 to " + NAMES_MAX + " names, not " + count);
        }
        for (String name : dnsNames) {
            if (name.length() > DNS_NAME_CHARS_MAX || !DNS_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("not a host name in lower case: " + name);
            }
        }
    }

    /** The name that stands for all: the first host name, or else the first address. */
    public String first() {
        return dnsNames.isEmpty() ? addresses.getFirst().getHostAddress() : dnsNames.getFirst();
    }
}
