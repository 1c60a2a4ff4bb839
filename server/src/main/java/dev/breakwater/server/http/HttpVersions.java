/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.util.List;

/** Which versions of HTTP a listener speaks. */
public enum HttpVersions {
    /**
     * For devices: stock EST clients expect the literal status line of HTTP/1.1, and what does not
     * exist cannot be attacked (rapid reset, CONTINUATION floods).
     */
    HTTP_1_1,
    /** For browsers and apps. */
    HTTP_1_1_AND_2;

    /** As ALPN knows it, in small letters (RFC 7301 section 6). */
    static final String ALPN_HTTP_1_1 = "http/1.1";

    /** What ALPN offers, the preferred one first; empty where nothing is to be agreed on. */
    List<String> applicationProtocols() {
        return switch (this) {
            case HTTP_1_1 -> List.of();
            case HTTP_1_1_AND_2 -> List.of("h2", ALPN_HTTP_1_1);
        };
    }
}
