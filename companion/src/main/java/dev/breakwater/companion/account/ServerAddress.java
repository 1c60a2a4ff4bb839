/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.net.URI;

/**
 * A server as an owner knows it.
 *
 * @param uri its API, e.g. {@code https://iot.example:8443}, without a path
 * @param trust by what it is recognized
 */
public record ServerAddress(URI uri, RootTrust trust) {

    private static final int HTTPS_PORT = 443;

    /** Refuses what is not an HTTPS server: over plain HTTP a password would be anybody's. */
    public ServerAddress {
        if (!"https".equals(uri.getScheme())
                || uri.getHost() == null
                || !uri.getRawPath().isEmpty()
                || uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "a server is written https://host:port and nothing more");
        }
    }

    /**
     * Reads an address, with or without a slash at its end.
     *
     * @throws IllegalArgumentException if it is not {@code https://host[:port]}
     */
    public static ServerAddress parse(String uri, RootTrust trust) {
        String text = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        return new ServerAddress(URI.create(text), trust);
    }

    /** Its name or address, an IPv6 address without its brackets. */
    public String host() {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return uri.getPort() < 0 ? HTTPS_PORT : uri.getPort();
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
