/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.net.URI;
import java.util.Optional;

/**
 * One server as one person knows it. Somebody who is logged in acts as themselves; the token waits
 * until they log out.
 *
 * @param server its API, e.g. {@code https://breakwater.example:8443}, without a path
 * @param root by what the server is recognized
 * @param token what an app, or the first administrator, shows to the API; a secret
 * @param session of the person who is logged in
 */
public record Profile(URI server, Trust root, Optional<String> token, Optional<Session> session) {

    /** Refuses what is not an HTTPS server. */
    public Profile {
        checkServer(server);
    }

    /** A server and a token for it. */
    public Profile(URI server, Trust root, String token) {
        this(server, root, Optional.of(token), Optional.empty());
    }

    /** A server without anything to show to it yet. */
    public static Profile of(URI server, Trust root) {
        return new Profile(server, root, Optional.empty(), Optional.empty());
    }

    /** The same server, with somebody logged in. */
    public Profile with(Session begun) {
        return new Profile(server, root, token, Optional.of(begun));
    }

    /** The same server, with nobody logged in. */
    public Profile withoutSession() {
        return new Profile(server, root, token, Optional.empty());
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
        return "Profile[server="
                + server
                + ", root="
                + root
                + ", token=[REDACTED], session="
                + session
                + "]";
    }
}
