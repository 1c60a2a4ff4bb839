/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * Tells a caller which budgets there are, and what is left of the one that ends first
 * (draft-ietf-httpapi-ratelimit-headers-10). It says what the gate already knows: nothing is
 * counted twice and no lock is taken for it.
 */
final class RateLimitHeaders {

    private static final String LEFT = "RateLimit";

    private final HttpField policies;

    /** Headers of three policies; what each states comes back within a second. */
    RateLimitHeaders(int unitsPerSource, int unitsPerOrganization, int unitsPerToken) {
        this.policies =
                new PreEncodedHttpField(
                        "RateLimit-Policy",
                        "\"source\";q=%d;w=1, \"organization\";q=%d;w=1, \"token\";q=%d;w=1"
                                .formatted(unitsPerSource, unitsPerOrganization, unitsPerToken));
    }

    /** An empty budget is full after a second, so that is when it is worth asking again. */
    void put(HttpFields.Mutable headers, CallBudgets.Purse purse) {
        headers.put(policies);
        headers.put(
                LEFT, "\"" + purse.tightest().code() + "\";r=" + purse.left() + ";t=1");
    }
}
