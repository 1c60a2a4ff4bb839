/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * Tells a caller what its source may spend and what is left of it
 * (draft-ietf-httpapi-ratelimit-headers-10). It says what the gate already knows: nothing is
 * counted twice and no lock is taken for it.
 */
final class RateLimitHeaders {

    private static final String LEFT = "RateLimit";

    private final HttpField policy;

    /**
     * Headers of one policy.
     *
     * @param unitsPerSecond the budget, and what of it comes back in a second
     */
    RateLimitHeaders(int unitsPerSecond) {
        this.policy =
                new PreEncodedHttpField(
                        "RateLimit-Policy", "\"source\";q=" + unitsPerSecond + ";w=1");
    }

    /** An empty budget is full after a second, so that is when it is worth asking again. */
    void put(HttpFields.Mutable headers, int left) {
        headers.put(policy);
        headers.put(LEFT, "\"source\";r=" + left + ";t=1");
    }
}
