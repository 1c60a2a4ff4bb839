/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** A real PostgreSQL server for this run of the tests; it ends with the Java process. */
final class TestPostgres {

    private TestPostgres() {}

    /** A new, empty database. */
    static DatabaseLocation.PostgresServer freshDatabase() {
        String name = "test_" + UUID.randomUUID().toString().replace('-', '_');
        EmbeddedPostgres server = Server.RUNNING;
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException refused) {
            throw new IllegalStateException("PostgreSQL made no database", refused);
        }
        String url = "jdbc:postgresql://localhost:" + server.getPort() + "/" + name;
        return new DatabaseLocation.PostgresServer(url, "postgres", "postgres");
    }

    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException refused) {
                throw new UncheckedIOException("PostgreSQL does not start", refused);
            }
        }
    }
}
