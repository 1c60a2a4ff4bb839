/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.net.InetAddress;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

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
        DriverPropertyInfo[] read;
        try {
            Driver driver = DriverManager.getDriver(url);
            read = driver.getPropertyInfo(url, new Properties());
        } catch (SQLException notUnderstood) {
            return Optional.of("is none that the PostgreSQL driver understands");
        }
        String hosts = value(read, "PGHOST").orElse("");
        if (Arrays.stream(hosts.split(",", -1)).allMatch(PostgresUrl::isThisMachine)) {
            return Optional.empty();
        }
        if (!value(read, "sslmode").equals(Optional.of(VERIFY_FULL))) {
            return Optional.of(
                    "points to another machine and must demand TLS and the server's name: add sslmode="
                            + VERIFY_FULL
                            + ", and sslrootcert= with the file of the authority that vouches for it");
        }
        boolean soundFactory =
                value(read, "sslfactory").map(SOUND_FACTORIES::contains).orElse(true);
        if (!soundFactory || value(read, "sslhostnameverifier").isPresent()) {
            return Optional.of(
                    "points to another machine and replaces what verifies it: leave sslfactory and sslhostnameverifier out");
        }
        return Optional.empty();
    }

    private static Optional<String> value(DriverPropertyInfo[] properties, String name) {
        return Arrays.stream(properties)
                .filter(property -> property.name.equals(name))
                .findFirst()
                .flatMap(property -> Optional.ofNullable(property.value));
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
