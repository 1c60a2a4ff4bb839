/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * What stands on every answer of every listener. A browser that is made to open one must not do
 * anything with it; the few pages for people state a policy of their own.
 */
public final class SecurityHeaders {

    private static final List<HttpField> ALL =
            List.of(
                    field("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
                    field("X-Content-Type-Options", "nosniff"),
                    field("Cache-Control", "no-store"),
                    field(
                            "Content-Security-Policy",
                            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
                    field("Cross-Origin-Resource-Policy", "same-origin"),
                    field("Referrer-Policy", "no-referrer"));

    private SecurityHeaders() {}

    private static HttpField field(String name, String value) {
        return new PreEncodedHttpField(name, value);
    }

    /** Puts them; what is put afterwards counts. */
    public static void put(HttpFields.Mutable headers) {
        ALL.forEach(headers::put);
    }
}
