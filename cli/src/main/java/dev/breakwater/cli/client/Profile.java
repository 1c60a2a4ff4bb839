/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.net.URI;

/**
 * One server as one operator knows it.
 *
 * @param server its API, e.g. {@code https://breakwater.example:8443}, without a path
 * @param root the root of the server's certificate
 * @param token what the operator shows to the API; a secret
 */
public record Profile(URI server, Fingerprint root, String token) {

    /** Refuses what is not an HTTPS server. */
    public Profile {
        checkServer(server);
    }

    /**
     * Reads the address of a server.
     *
     * @throws IllegalArgumentException if it is not {@code https://host[:port]}: over plain HTTP
     *     the token would be anybody's
     */
    public static URI server(String text) {
        URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        checkServer(uri);
        return uri;
    }

    private static void checkServer(URI server) {
        if (!"https".equals(server.getScheme())
                || server.getHost() == null
                || !server.getRawPath().isEmpty()
                || server.getRawUserInfo() != null
                || server.getRawQuery() != null
                || server.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "a server is written https://host:port and nothing more");
        }
    }

    @Override
    public String toString() {
        return "Profile[server=" + server + ", root=" + root + ", token=[REDACTED]]";
    }
}
