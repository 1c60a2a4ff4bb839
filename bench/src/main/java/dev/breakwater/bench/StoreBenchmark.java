/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlTelemetryStore;
import dev.breakwater.server.telemetry.NewReading;
import dev.breakwater.server.telemetry.PayloadForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** 4,000 readings of 100 bytes, from append to durable on SQLite, in nanoseconds per reading. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class StoreBenchmark {

    private static final int BATCH = 4_000;

    /** How many devices share the readings. */
    @Param({"1000", "4000"})
    public int devices;

    private final OrganizationId organization = OrganizationId.fresh();
    private final List<DeviceId> fleet = new ArrayList<>();
    private final byte[] payload =
            ("{\"x\":\"" + "y".repeat(92) + "\"}").getBytes(StandardCharsets.US_ASCII);
    private @Nullable Opened opened;

    /** What lives from set-up to tear-down. */
    private record Opened(Path directory, Database database, SqlTelemetryStore store) {}

    /** Makes a database with that many devices. */
    @Setup
    public void open() throws IOException, SQLException {
        Path directory = Files.createTempDirectory("store-benchmark");
        Path file = directory.resolve("breakwater.db");
        Database database = Database.open(new DatabaseLocation.SqliteFile(file), Limits.defaults());
        opened = new Opened(directory, database, new SqlTelemetryStore(database));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            connection.setAutoCommit(false);
            insert(
                    connection,
                    "INSERT INTO organization (organization_id, name, enabled, created_us)"
                            + " VALUES (?, 'bench', 1, 1)",
                    organization.toString());
            insert(
                    connection,
                    "INSERT INTO product (product_id, organization_id, name, created_us)"
                            + " VALUES ('p', ?, 'bench', 1)",
                    organization.toString());
            for (int i = 0; i < devices; i++) {
                DeviceId device = DeviceId.fresh();
                fleet.add(device);
                insert(
                        connection,
                        "INSERT INTO device (device_id, organization_id, product_id, serial, status,"
                                + " status_reason, status_changed_us, confirmed_generation,"
                                + " created_us, version)"
                                + " VALUES (?, ?, 'p', ?, 'ACTIVE', '', 1, 1, 1, 1)",
                        device.toString(),
                        organization.toString(),
                        device.toString());
            }
            connection.commit();
        }
    }

    private static void insert(Connection connection, String sql, String... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    /** Removes it. */
    @TearDown
    public void close() throws IOException {
        Opened done = Objects.requireNonNull(opened);
        done.database.close();
        try (Stream<Path> files = Files.walk(done.directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Appends a batch and waits until the last of it is durable. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void appendUntilDurable() throws InterruptedException {
        SqlTelemetryStore store = Objects.requireNonNull(opened).store;
        CountDownLatch waiting = new CountDownLatch(BATCH);
        Completion<Instant> counting =
                new Completion<>() {
                    @Override
                    public void durable(Instant at) {
                        waiting.countDown();
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        throw new IllegalStateException(cause);
                    }
                };
        Instant now = Instant.now();
        for (int i = 0; i < BATCH; i++) {
            store.append(
                    new NewReading(
                            organization,
                            fleet.get(i % devices),
                            now,
                            Optional.empty(),
                            PayloadForm.JSON,
                            1 + i,
                            NewReading.NOT_OPENED,
                            payload),
                    counting);
        }
        waiting.await();
    }
}
