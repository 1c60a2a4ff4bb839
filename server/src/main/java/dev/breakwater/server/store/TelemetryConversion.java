/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.telemetry.EventType;
import dev.breakwater.server.telemetry.NewReading;
import dev.breakwater.server.telemetry.PayloadForm;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;

/**
 * Version 5.1 of the tables: moves the readings of a database that has a row for each into blocks,
 * and drops the old table.
 */
final class TelemetryConversion implements JavaMigration {

    /** Read, sorted and stored at once. */
    private static final int STEP_READINGS = 10_000;

    /** A row of the old table. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record OldReading(
            long sequence,
            long deviceNo,
            boolean isEvent,
            long atUs,
            Optional<String> eventType,
            PayloadForm form,
            byte[] payload) {

        static OldReading of(Row row) throws SQLException {
            return new OldReading(
                    row.number("sequence"),
                    row.number("device_no"),
                    row.flag("is_event"),
                    row.number("at_us"),
                    row.optionalText("event_type"),
                    PayloadForm.valueOf(row.text("form")),
                    row.bytes("payload"));
        }
    }

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion("5.1");
    }

    @Override
    public String getDescription() {
        return "telemetry into blocks";
    }

    /** Null: the code may be rewritten without making databases that it has converted invalid. */
    @Override
    public @Nullable Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Transaction transaction = new Transaction(context.getConnection());
        TelemetryProgress progress = TelemetryProgress.read(transaction);
        long sequence = 0;
        List<OldReading> step;
        do {
            step =
                    transaction.list(
                            "SELECT * FROM telemetry WHERE sequence > ? ORDER BY sequence LIMIT ?",
                            OldReading::of,
                            sequence,
                            STEP_READINGS);
            if (!step.isEmpty()) {
                sequence = step.getLast().sequence();
                store(transaction, progress, new ArrayList<>(step));
            }
        } while (!step.isEmpty());
        progress.write(transaction);
        transaction.closeStatements();
        transaction.update("DROP TABLE telemetry");
        transaction.closeStatements();
    }

    private static void store(
            Transaction transaction, TelemetryProgress progress, List<OldReading> step)
            throws SQLException {
        step.sort(
                Comparator.comparingLong(OldReading::deviceNo)
                        .thenComparing(OldReading::isEvent)
                        .thenComparingLong(OldReading::atUs)
                        .thenComparingLong(OldReading::sequence));
        TelemetryBlock.Builder block = new TelemetryBlock.Builder();
        block.begin();
        int runs = 0;
        for (int i = 0; i < step.size(); i++) {
            OldReading old = step.get(i);
            block.add(
                    old.deviceNo(),
                    old.atUs(),
                    old.eventType().map(EventType::new),
                    old.form(),
                    NewReading.NO_PACKET_ID,
                    old.payload());
            if (block.isFull() || i == step.size() - 1) {
                runs += block.insert(transaction, progress);
                block.begin();
            }
        }
        TelemetryIndex.goOn(transaction, progress, runs);
    }
}
