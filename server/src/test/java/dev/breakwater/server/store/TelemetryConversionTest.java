/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.telemetry.EventType;
import dev.breakwater.server.telemetry.PayloadForm;
import dev.breakwater.server.telemetry.Reading;
import dev.breakwater.server.telemetry.TelemetryQuery;
import dev.breakwater.server.telemetry.TelemetryQuery.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that an older version has written keeps its readings. */
final class TelemetryConversionTest {

    private static final int READINGS = 25_000;
    private static final DeviceId DEVICE = DeviceId.fresh();
    private static final OrganizationId ORGANIZATION = OrganizationId.fresh();

    @TempDir Path directory;

    @Test
    void keepsTheReadingsOfAnOlderDatabase() throws Exception {
        Path file = directory.resolve("breakwater.db");
        keepsReadings(
                new DatabaseLocation.SqliteFile(file), Dialect.SQLITE, "jdbc:sqlite:" + file, "");
    }

    @Test
    @Tag("system")
    void keepsTheReadingsOfAnOlderPostgresDatabase() throws Exception {
        DatabaseLocation.PostgresServer server = EmbeddedPostgresServer.freshSchema();
        keepsReadings(server, Dialect.POSTGRESQL, server.url(), server.user());
    }

    private static void keepsReadings(
            DatabaseLocation location, Dialect dialect, String url, String user) throws Exception {
        Flyway.configure()
                .dataSource(url, user, user)
                .locations("classpath:dev/breakwater/server/store/migrations")
                .placeholders(dialect.migrationPlaceholders())
                .target("4")
                .load()
                .migrate();
        try (Connection old = DriverManager.getConnection(url, user, user)) {
            if (dialect == Dialect.SQLITE) {
                new Statements(old).execute("PRAGMA application_id = " + Database.APPLICATION_ID);
            }
            old.setAutoCommit(false);
            fill(new Transaction(old));
            old.commit();
        }

        try (Database database = Database.open(location, Limits.defaults())) {
            SqlTelemetryStore store = new SqlTelemetryStore(database);
            List<Reading> telemetry = find(store, Kind.TELEMETRY);
            assertThat(telemetry)
                    .extracting(Reading::json)
                    .isEqualTo(
                            IntStream.iterate(READINGS - 1, n -> n >= 0, n -> n - 1)
                                    .mapToObj("{\"n\":%d}"::formatted)
                                    .toList());
            assertThat(find(store, Kind.EVENTS))
                    .singleElement()
                    .satisfies(
                            event -> {
                                assertThat(event.event()).contains(new EventType("door"));
                                assertThat(event.form()).isEqualTo(PayloadForm.CBOR);
                                assertThat(event.at()).isEqualTo(Fleet.NOON);
                            });
        }
    }

    private static void fill(Transaction t) throws SQLException {
        t.update(
                "INSERT INTO organization (organization_id, name, enabled, created_us)"
                        + " VALUES (?, 'x', 1, 1)",
                ORGANIZATION);
        t.update(
                "INSERT INTO product (product_id, organization_id, name, created_us)"
                        + " VALUES ('p', ?, 'x', 1)",
                ORGANIZATION);
        t.update(
                "INSERT INTO device (device_id, organization_id, product_id, serial, status,"
                        + " status_reason, status_changed_us, confirmed_generation, created_us,"
                        + " version) VALUES (?, ?, 'p', 's', 'ACTIVE', '', 1, 1, 1, 1)",
                DEVICE,
                ORGANIZATION);
        t.update("INSERT INTO telemetry_device (device_id) VALUES (?)", DEVICE);
        long number = t.count("SELECT device_no FROM telemetry_device");
        String insert =
                "INSERT INTO telemetry (device_no, is_event, at_us, event_type, form, payload)"
                        + " VALUES (?, ?, ?, ?, ?, ?)";
        for (int n = 0; n < READINGS; n++) {
            t.update(
                    insert,
                    number,
                    false,
                    Fleet.NOON.plusMillis(n / 2),
                    null,
                    PayloadForm.JSON,
                    "{\"n\":%d}".formatted(n).getBytes(UTF_8));
        }
        t.update(
                insert,
                number,
                true,
                Fleet.NOON,
                "door",
                PayloadForm.CBOR,
                new byte[] {(byte) 0xA0});
        t.closeStatements();
    }

    private static List<Reading> find(SqlTelemetryStore store, Kind kind) {
        return store.find(
                ORGANIZATION, DEVICE, TelemetryQuery.newest(kind, READINGS), Integer.MAX_VALUE);
    }
}
