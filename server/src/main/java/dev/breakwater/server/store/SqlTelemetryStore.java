/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.telemetry.EventType;
import dev.breakwater.server.telemetry.PayloadForm;
import dev.breakwater.server.telemetry.Reading;
import dev.breakwater.server.telemetry.TelemetryCursor;
import dev.breakwater.server.telemetry.TelemetryQuery;
import dev.breakwater.server.telemetry.TelemetryQuery.Kind;
import dev.breakwater.server.telemetry.TelemetryStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Readings and events in one table in the order of their arrival, with an index by device. */
public final class SqlTelemetryStore implements TelemetryStore {

    /** Numbers of devices kept at hand; beyond it, all are forgotten and looked up anew. */
    private static final int NUMBERS_MAX = 131_072;

    /** The lengths are added up before a payload is read: too many of them never leave the disk. */
    private static final String OLDEST_FIRST =
            """
            SELECT t.* FROM (SELECT sequence,
            sum(bytes) OVER (ORDER BY at_us, sequence) - bytes AS bytes_before
            FROM (SELECT sequence, at_us, length(payload) AS bytes FROM telemetry
            WHERE device_no = ? AND is_event = ?
            AND (at_us, sequence) > (?, ?) AND (at_us, sequence) < (?, ?)
            ORDER BY at_us, sequence LIMIT ?) AS page) AS measured
            JOIN telemetry t ON t.sequence = measured.sequence WHERE bytes_before <= ?
            ORDER BY t.at_us, t.sequence""";

    private static final String NEWEST_FIRST =
            """
            SELECT t.* FROM (SELECT sequence,
            sum(bytes) OVER (ORDER BY at_us DESC, sequence DESC) - bytes AS bytes_before
            FROM (SELECT sequence, at_us, length(payload) AS bytes FROM telemetry
            WHERE device_no = ? AND is_event = ?
            AND (at_us, sequence) > (?, ?) AND (at_us, sequence) < (?, ?)
            ORDER BY at_us DESC, sequence DESC LIMIT ?) AS page) AS measured
            JOIN telemetry t ON t.sequence = measured.sequence WHERE bytes_before <= ?
            ORDER BY t.at_us DESC, t.sequence DESC""";

    private final Database database;
    private final Map<DeviceId, Long> numbers = new ConcurrentHashMap<>();

    /** The readings within this database. */
    public SqlTelemetryStore(Database database) {
        this.database = database;
    }

    @Override
    public void append(
            OrganizationId organization,
            DeviceId device,
            Instant at,
            Optional<EventType> event,
            PayloadForm form,
            byte[] payload,
            Completion<? super Instant> completion) {
        database.submit(
                transaction -> {
                    Long known = numbers.get(device);
                    long number = known != null ? known : number(transaction, organization, device);
                    transaction.update(
                            "INSERT INTO telemetry (device_no, is_event, at_us, event_type, form, payload)"
                                    + " VALUES (?, ?, ?, ?, ?, ?)",
                            number,
                            event.isPresent(),
                            at,
                            event.map(EventType::text).orElse(null),
                            form,
                            payload);
                    return number;
                },
                new Completion<Long>() {
                    @Override
                    public void durable(Long number) {
                        remember(device, number);
                        completion.durable(at);
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        completion.failed(cause);
                    }
                });
    }

    /** Only once it is durable: a number from work that was rolled back names no device. */
    private void remember(DeviceId device, Long number) {
        if (numbers.size() >= NUMBERS_MAX) {
            numbers.clear();
        }
        numbers.put(device, number);
    }

    private static long number(
            Transaction transaction, OrganizationId organization, DeviceId device)
            throws SQLException {
        transaction.update(
                "INSERT INTO telemetry_device (device_id) SELECT device_id FROM device"
                        + " WHERE organization_id = ? AND device_id = ?"
                        + " ON CONFLICT (device_id) DO NOTHING",
                organization,
                device);
        return find(transaction, organization, device)
                .orElseThrow(() -> new SQLException("device " + device + " is not registered"));
    }

    private static Optional<Long> find(
            Statements statements, OrganizationId organization, DeviceId device)
            throws SQLException {
        return statements.one(
                "SELECT n.device_no FROM telemetry_device n"
                        + " JOIN device d ON d.device_id = n.device_id"
                        + " WHERE d.organization_id = ? AND d.device_id = ?",
                row -> row.number("device_no"),
                organization,
                device);
    }

    @Override
    public List<Reading> find(
            OrganizationId organization, DeviceId device, TelemetryQuery query, int bytesMax) {
        return database.read(
                statements -> {
                    Optional<Long> number = find(statements, organization, device);
                    return number.isEmpty()
                            ? List.of()
                            : find(statements, number.get(), query, bytesMax);
                });
    }

    /**
     * Both bounds are exclusive places in the index; sequences begin at 1, so a time with sequence
     * 0 lies before all readings of that time.
     */
    private static List<Reading> find(
            Statements statements, long number, TelemetryQuery query, int bytesMax)
            throws SQLException {
        TelemetryCursor low = new TelemetryCursor(query.from(), 0);
        TelemetryCursor high = new TelemetryCursor(query.until(), 0);
        String sql =
                switch (query.order()) {
                    case OLDEST_FIRST -> {
                        low = later(query.after().orElse(low), low);
                        yield OLDEST_FIRST;
                    }
                    case NEWEST_FIRST -> {
                        high = earlier(query.after().orElse(high), high);
                        yield NEWEST_FIRST;
                    }
                };
        return statements.list(
                sql,
                SqlTelemetryStore::reading,
                number,
                query.kind() == Kind.EVENTS,
                low.at(),
                low.sequence(),
                high.at(),
                high.sequence(),
                query.countMax(),
                bytesMax);
    }

    /** A cursor moves a query's bound inwards, never outside its range. */
    private static TelemetryCursor later(TelemetryCursor one, TelemetryCursor other) {
        return one.at().isBefore(other.at()) ? other : one;
    }

    private static TelemetryCursor earlier(TelemetryCursor one, TelemetryCursor other) {
        return one.at().isBefore(other.at()) ? one : other;
    }

    @Override
    @Unscoped("the disk is shared by all organizations, and so is the limit on it")
    public int trim(Instant before, long rowsMax, int deletedMax) {
        return database.write(
                transaction -> {
                    long first = transaction.count("SELECT min(sequence) FROM telemetry");
                    long last = transaction.count("SELECT max(sequence) FROM telemetry");
                    return transaction.update(
                            "DELETE FROM telemetry WHERE sequence < ?"
                                    + " AND (at_us < ? OR sequence <= ?)",
                            first + deletedMax,
                            before,
                            last - rowsMax);
                });
    }

    private static Reading reading(Row row) throws SQLException {
        return new Reading(
                row.number("sequence"),
                row.instant("at_us"),
                row.optionalText("event_type").map(EventType::new),
                PayloadForm.valueOf(row.text("form")),
                row.bytes("payload"));
    }
}
