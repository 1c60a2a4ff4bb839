/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.StorageUnavailable;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the tables of a database to this version, and refuses those of a newer one. */
final class SchemaMigration {

    private SchemaMigration() {}

    static void run(Dialect dialect, String url, Properties credentials) {
        Flyway flyway =
                Flyway.configure()
                        .dataSource(
                                url,
                                credentials.getProperty("user", ""),
                                credentials.getProperty("password", ""))
                        .locations("classpath:dev/breakwater/server/store/migrations")
                        .javaMigrations(new TelemetryConversion())
                        .placeholders(dialect.migrationPlaceholders())
                        .validateMigrationNaming(true)
                        // Flyway ignores by default what a newer version has done to the tables.
                        .ignoreMigrationPatterns(new String[0])
                        .cleanDisabled(true)
                        .load();
        try {
            flyway.migrate();
        } catch (FlywayException refused) {
            throw new StorageUnavailable(
                    isOfNewerVersion(flyway)
                            ? "the database was written by a newer version of Breakwater; use that version"
                            : "the database cannot be brought to this version: " + reason(refused),
                    refused);
        }
    }

    /** Asked only after a refusal: it costs every start some milliseconds otherwise. */
    private static boolean isOfNewerVersion(Flyway flyway) {
        try {
            return Arrays.stream(flyway.info().applied())
                    .anyMatch(migration -> migration.getState().name().startsWith("FUTURE"));
        } catch (FlywayException unreadable) {
            return false;
        }
    }

    /** What the database itself said, if it did: Flyway wraps it in lines of decoration. */
    private static String reason(FlywayException refused) {
        String said = String.valueOf(refused.getMessage());
        for (Throwable cause = refused.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException) {
                said = String.valueOf(cause.getMessage());
            }
        }
        return said.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
