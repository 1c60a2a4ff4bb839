/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;

/** A database with the tables of an older version. */
public final class OlderDatabase {

    private OlderDatabase() {}

    /**
     * Makes the tables as they were after a migration.
     *
     * @param migration its number, e.g. {@code 23}
     */
    public static void make(DatabaseLocation location, String migration) throws SQLException {
        Dialect dialect =
                switch (location) {
                    case DatabaseLocation.SqliteFile _ -> Dialect.SQLITE;
                    case DatabaseLocation.PostgresServer _ -> Dialect.POSTGRESQL;
                };
        String user = user(location);
        Flyway.configure()
                .dataSource(url(location), user, user)
                .locations("classpath:dev/breakwater/server/store/migrations")
                .javaMigrations(new TelemetryConversion())
                .placeholders(dialect.migrationPlaceholders())
                .target(migration)
                .load()
                .migrate();
        if (dialect == Dialect.SQLITE) {
            try (Connection made = connect(location)) {
                new Statements(made).execute("PRAGMA application_id = " + Database.APPLICATION_ID);
            }
        }
    }

    /** Past all stores. */
    public static Connection connect(DatabaseLocation location) throws SQLException {
        return DriverManager.getConnection(url(location), user(location), user(location));
    }

    /** Copies the rows that a query finds into a table, by the names of its columns. */
    public static void copy(Connection from, String query, Connection to, String table)
            throws SQLException {
        try (Statement reading = from.createStatement();
                ResultSet rows = reading.executeQuery(query)) {
            int columns = rows.getMetaData().getColumnCount();
            StringBuilder names = new StringBuilder();
            StringBuilder places = new StringBuilder();
            for (int column = 1; column <= columns; column++) {
                names.append(column == 1 ? "" : ", ")
                        .append(rows.getMetaData().getColumnLabel(column));
                places.append(column == 1 ? "?" : ", ?");
            }
            try (var insertion =
                    to.prepareStatement(
                            "INSERT INTO %s (%s) VALUES (%s)".formatted(table, names, places))) {
                while (rows.next()) {
                    for (int column = 1; column <= columns; column++) {
                        insertion.setObject(column, rows.getObject(column));
                    }
                    insertion.executeUpdate();
                }
            }
        }
    }

    private static String url(DatabaseLocation location) {
        return switch (location) {
            case DatabaseLocation.SqliteFile file -> "jdbc:sqlite:" + file.file();
            case DatabaseLocation.PostgresServer server -> server.url();
        };
    }

    private static String user(DatabaseLocation location) {
        return switch (location) {
            case DatabaseLocation.SqliteFile _ -> "";
            case DatabaseLocation.PostgresServer server -> server.user();
        };
    }
}
