/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.util.Map;
import org.eclipse.jetty.http.HttpFields;

/**
 * What stands on every answer of every listener. A browser that is made to open one must not do
 * anything with it; the few pages for people state a policy of their own.
 */
public final class SecurityHeaders {

    private static final Map<String, String> ALL =
            Map.of(
                    "Strict-Transport-Security", "max-age=63072000; includeSubDomains",
                    "X-Content-Type-Options", "nosniff",
                    "Cache-Control", "no-store",
                    "Content-Security-Policy",
                            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
                    "Cross-Origin-Resource-Policy", "same-origin",
                    "Referrer-Policy", "no-referrer");

    private SecurityHeaders() {}

    /** Puts them; what is put afterwards counts. */
    public static void put(HttpFields.Mutable headers) {
        ALL.forEach(headers::put);
    }
}
