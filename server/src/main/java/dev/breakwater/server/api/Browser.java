/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.api.contract.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a request tells of the browser it may come from: its cookies, and whether a page of ours
 * made it. A browser adds cookies to whatever any page has it send, so a cookie alone proves
 * nobody's wish; Fetch Metadata and Origin cannot be set by a page.
 *
 * @param cookies those of ours, by name
 * @param countsOnCookie whether it shows no token, so that a cookie is all there is
 * @param origin where it comes from
 * @param csrf the header that only a page of ours can fill
 */
record Browser(
        Map<String, String> cookies, boolean countsOnCookie, Origin origin, Optional<String> csrf) {

    static final String ACCESS = "__Host-breakwater-access";
    static final String REFRESH = "__Host-breakwater-refresh";
    static final String CSRF = "__Host-breakwater-csrf";
    static final String KNOWN_SOURCE = "__Host-breakwater-known";

    /** Binds a log-in through an identity provider to the browser that began it. */
    static final String OIDC = "__Host-breakwater-oidc";

    static final String CSRF_HEADER = "breakwater-csrf";

    private static final Set<String> NAMES = Set.of(ACCESS, REFRESH, CSRF, OIDC, KNOWN_SOURCE);

    /** Copies the cookies. */
    Browser {
        cookies = Map.copyOf(cookies);
    }

    /** Where a request comes from. */
    enum Origin {
        /** From a page of ours, or typed into the address bar. */
        OURS,
        /** From another site's page. */
        FOREIGN,
        /** No browser of today sends nothing of it. */
        UNTOLD
    }

    /**
     * Reads the headers.
     *
     * @param headers by name in lower case
     * @param ours the origins that pages of ours have
     */
    static Browser of(Map<String, List<String>> headers, Set<String> ours)
            throws ContractViolation {
        return new Browser(
                cookies(headers.getOrDefault("cookie", List.of())),
                !headers.containsKey("authorization"),
                origin(headers, ours),
                headers.getOrDefault(CSRF_HEADER, List.of()).stream().findFirst());
    }

    private static Map<String, String> cookies(List<String> values) throws ContractViolation {
        Map<String, String> found = new HashMap<>();
        for (String value : values) {
            for (String pair : value.split(";", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? "" : pair.substring(0, equals).strip();
                if (NAMES.contains(name)
                        && found.put(name, pair.substring(equals + 1).strip()) != null) {
                    throw ContractViolation.header("cookie", "holds " + name + " twice");
                }
            }
        }
        return found;
    }

    /** Either header alone can condemn a request; what both leave open is untold. */
    private static Origin origin(Map<String, List<String>> headers, Set<String> ours) {
        List<String> site = headers.getOrDefault("sec-fetch-site", List.of());
        List<String> origin = headers.getOrDefault("origin", List.of());
        boolean siteOurs = Set.of("same-origin", "none").containsAll(site);
        boolean originOurs = ours.containsAll(origin);
        if (!siteOurs || !originOurs) {
            return Origin.FOREIGN;
        }
        return site.isEmpty() && origin.isEmpty() ? Origin.UNTOLD : Origin.OURS;
    }

    /** What a request that counts on a cookie lacks to be the wish of a page of ours. */
    Optional<String> foreignness(AuthenticatedCaller caller, Operation operation) {
        if (!countsOnCookie) {
            return Optional.empty();
        }
        if (origin == Origin.FOREIGN) {
            return Optional.of("another site's page");
        }
        if (operation.isSafe()) {
            return Optional.empty();
        }
        if (origin == Origin.UNTOLD) {
            return Optional.of("neither Sec-Fetch-Site nor Origin");
        }
        return csrf.filter(caller::isShownBy).isPresent()
                ? Optional.empty()
                : Optional.of("no CSRF token of this session");
    }

    Optional<String> cookie(String name) {
        return Optional.ofNullable(cookies.get(name));
    }
}
