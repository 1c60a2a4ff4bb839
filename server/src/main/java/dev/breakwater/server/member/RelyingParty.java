/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What passkeys are bound to (WebAuthn Level 3 section 5.1.2).
 *
 * @param id the DNS name; empty where the server has none, which is where there are no passkeys,
 *     for WebAuthn knows no addresses
 * @param origins where pages that use them come from, e.g. {@code https://tank.example:8443}
 */
public record RelyingParty(Optional<String> id, Set<String> origins) {

    /** Copies the origins. */
    public RelyingParty {
        origins = Set.copyOf(origins);
    }

    /**
     * What pages of a server with these names come from: its own port, and 443 for whoever forwards
     * that to it.
     *
     * @param dnsNames the first is what passkeys are bound to
     */
    public static RelyingParty of(List<String> dnsNames, int port) {
        Set<String> origins = new TreeSet<>();
        for (String name : dnsNames) {
            origins.add("https://" + name);
            origins.add("https://" + name + ":" + port);
        }
        return new RelyingParty(dnsNames.stream().findFirst(), origins);
    }
}
