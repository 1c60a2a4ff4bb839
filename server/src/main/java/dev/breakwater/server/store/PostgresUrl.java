/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Holds a database's URL to a rule: whoever leaves this machine speaks TLS to a server that has
 * proved its name. The driver's own reading of the URL is what is judged, service files included,
 * so that there is no second reading for an attacker to slip between.
 */
final class PostgresUrl {

    private static final String LOCALHOST = "localhost";
    private static final String VERIFY_FULL = "verify-full";

    /** Those of the driver's that keep to sslmode; another may trust anybody. */
    private static final Set<String> SOUND_FACTORIES =
            Set.of("org.postgresql.ssl.LibPQFactory", "org.postgresql.ssl.DefaultJavaSSLFactory");

    private PostgresUrl() {}

    /** Why the URL is refused, as words that follow its name; empty if it is fine. */
    static Optional<String> objection(String url) {
        Properties read = Driver.parseURL(url, null);
        if (read == null) {
            return Optional.of("is none that the PostgreSQL driver understands");
        }
        String hosts = Optional.ofNullable(PGProperty.PG_HOST.getOrDefault(read)).orElse("");
        if (Arrays.stream(hosts.split(",", -1)).allMatch(PostgresUrl::isThisMachine)) {
            return Optional.empty();
        }
        if (!VERIFY_FULL.equals(PGProperty.SSL_MODE.getOrDefault(read))) {
            return Optional.of(
                    "points to another machine and must demand TLS and the server's name: add sslmode="
                            + VERIFY_FULL
                            + ", and sslrootcert= with the file of the authority that vouches for it");
        }
        String factory = PGProperty.SSL_FACTORY.getOrDefault(read);
        if ((factory != null && !SOUND_FACTORIES.contains(factory))
                || PGProperty.SSL_HOSTNAME_VERIFIER.getOrDefault(read) != null) {
            return Optional.of(
                    "points to another machine and replaces what verifies it: leave sslfactory and sslhostnameverifier out");
        }
        return Optional.empty();
    }

    /** Names are not looked up: whoever answers for them would decide. */
    private static boolean isThisMachine(String host) {
        String bare =
                host.startsWith("[") && host.endsWith("]")
                        ? host.substring(1, host.length() - 1)
                        : host;
        // Of a URL that names none the host is empty, which the JDK takes for this machine too.
        if (bare.isEmpty() || bare.equals(LOCALHOST)) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(bare).isLoopbackAddress();
        } catch (IllegalArgumentException aName) {
            return false;
        }
    }
}
