/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL for tests, started once per test run, from binaries that Maven brings.
 *
 * <p>PostgreSQL refuses to run as root. Where the tests do, the server is started in a user
 * namespace of its own ({@code unshare -U}), in which it is nobody; a container must allow that.
 * Everywhere else it runs as whoever runs the tests.
 */
public final class EmbeddedPostgresServer {

    private static final String USER = "postgres";

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private EmbeddedPostgresServer() {}

    /**
     * An empty schema nobody else uses, which is all that one Breakwater sees; a database of its
     * own would take a second to make and another to delete. The writer's lock is the whole
     * server's, so one test uses it at a time.
     */
    public static DatabaseLocation.PostgresServer freshSchema() {
        EmbeddedPostgres server = Started.SERVER;
        String name = "breakwater_" + SCHEMAS.incrementAndGet();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + name);
        } catch (SQLException refused) {
            throw new IllegalStateException("no test schema could be made", refused);
        }
        String url =
                "jdbc:postgresql://localhost:%d/postgres?currentSchema=%s"
                        .formatted(server.getPort(), name);
        return new DatabaseLocation.PostgresServer(url, USER, USER);
    }

    /** Started by the first test that asks; the library stops it when the JVM ends. */
    private static final class Started {

        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException refused) {
                throw new UncheckedIOException(
                        "the embedded PostgreSQL did not start; as root it needs unshare -U to work",
                        refused);
            }
        }
    }
}
