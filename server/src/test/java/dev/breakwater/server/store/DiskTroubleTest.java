/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.durability.StorageFull;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.telemetry.NewReading;
import dev.breakwater.server.telemetry.PayloadForm;
import dev.breakwater.server.telemetry.Reading;
import dev.breakwater.server.telemetry.TelemetryQuery;
import dev.breakwater.server.telemetry.TelemetryQuery.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is locked, and a disk that is full: real ones. */
final class DiskTroubleTest {

    private static final Limits HASTY = Limits.with(Map.of(Limit.STORE_WRITE_SECONDS, 2));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir Path directory;

    @Test
    void letsDevicesWaitForALockedDatabaseAndWithdrawsWhatPeopleWrite() throws Exception {
        Path file = directory.resolve("breakwater.db");
        try (Database database = open(file);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement lock = other.createStatement()) {
            Fleet fleet = new Fleet(database);
            SqlTelemetryStore store = new SqlTelemetryStore(database);
            lock.execute("BEGIN IMMEDIATE");
            List<Awaited<Instant>> waiting = append(store, fleet, 0, 50);

            // Longer than one attempt to get the lock.
            assertThatThrownBy(
                            () ->
                                    database.write(
                                            t ->
                                                    t.update(
                                                            "INSERT INTO organization (organization_id, name, enabled, created_us)"
                                                                    + " VALUES"
                                                                    + " ('late', 'x', 1, 1)")))
                    .isInstanceOf(StorageUnavailable.class)
                    .hasMessageContaining("2 s")
                    .hasMessageContaining("locked");
            assertThat(database.backlog().bytes()).isPositive();
            assertThat(find(store, fleet)).isEmpty();
            lock.execute("COMMIT");

            waiting.forEach(Awaited::value);
            assertThat(find(store, fleet)).hasSize(50);
            assertThat(database.<Long>read(s -> s.count(withdrawn()))).isZero();
            // It shrinks behind the last word to whoever waited.
            while (database.backlog().bytes() > 0) {
                Thread.onSpinWait();
            }
            assertThat(meters.get("breakwater.store.retries").counter().count()).isPositive();
        }
    }

    private static String withdrawn() {
        return "SELECT count(*) FROM organization WHERE organization_id = 'late'";
    }

    /** Filled up, refused, freed, taken again; and nothing that was reported durable is missing. */
    @Test
    @Tag("system")
    void refusesWhileTheDiskIsFullAndGoesOnByItselfWhenItIsNot() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString()));
        try {
            List<String> durable = new ArrayList<>();
            try (Database database = open(disk.resolve("breakwater.db"))) {
                Fleet fleet = new Fleet(database);
                SqlTelemetryStore store = new SqlTelemetryStore(database);
                for (int round = 0; round < 3; round++) {
                    durable.addAll(appendUntilRefused(store, fleet, disk, round * 100_000));
                    AuditEvent event =
                            AuditEvent.of(
                                    fleet.organization,
                                    StoreContract.OPERATOR,
                                    AuditAction.ORGANIZATION_ENABLED,
                                    "test",
                                    Map.of());
                    fleet.audit.append(event);
                    List<Awaited<Instant>> after =
                            append(store, fleet, round * 100_000 + 90_000, 10);
                    for (int i = 0; i < 10; i++) {
                        after.get(i).value();
                        durable.add(payload(round * 100_000 + 90_000 + i));
                    }
                }
                assertThat(find(store, fleet)).containsExactlyInAnyOrderElementsOf(durable);
                assertThat(fleet.audited())
                        .containsExactly(
                                "organization.enabled",
                                "organization.enabled",
                                "organization.enabled");
                assertThat(fleet.audit.verify()).isInstanceOf(AuditChain.Verdict.Intact.class);
                assertThat(meters.get("breakwater.store.full").counter().count()).isPositive();
            }
        } finally {
            assertThat(run("umount", "-l", disk.toString())).isTrue();
        }
    }

    /** Returns what was reported durable; frees the disk again. */
    private static List<String> appendUntilRefused(
            SqlTelemetryStore store, Fleet fleet, Path disk, int from) throws IOException {
        Path ballast = disk.resolve("ballast");
        fill(ballast);
        List<String> durable = new ArrayList<>();
        int next = from;
        // Where fifty do not fit one may, so it goes on until not even one does.
        for (int size : List.of(50, 1)) {
            boolean refused = false;
            while (!refused) {
                List<Awaited<Instant>> batch = append(store, fleet, next, size);
                for (Awaited<Instant> one : batch) {
                    try {
                        one.value();
                        durable.add(payload(next));
                    } catch (StorageFull full) {
                        refused = true;
                    }
                    next++;
                }
            }
        }
        Files.delete(ballast);
        return durable;
    }

    private static void fill(Path ballast) {
        byte[] chunk = new byte[4_096];
        try {
            while (true) {
                Files.write(ballast, chunk, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private Database open(Path file) {
        return Database.open(new DatabaseLocation.SqliteFile(file), HASTY, meters);
    }

    private static List<Awaited<Instant>> append(
            SqlTelemetryStore store, Fleet fleet, int from, int count) {
        List<Awaited<Instant>> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waiting.add(new Awaited<>());
            store.append(
                    new NewReading(
                            fleet.organization,
                            fleet.tank.id(),
                            Fleet.NOON.plusSeconds(from + i),
                            Optional.empty(),
                            PayloadForm.JSON,
                            1,
                            NewReading.NOT_OPENED,
                            payload(from + i).getBytes(UTF_8)),
                    waiting.getLast());
        }
        return waiting;
    }

    /** About a kilobyte. */
    private static String payload(int number) {
        return "{\"n\":%d,\"x\":\"%s\"}".formatted(number, "y".repeat(1_000));
    }

    private static List<String> find(SqlTelemetryStore store, Fleet fleet) {
        return store
                .find(
                        fleet.organization,
                        fleet.tank.id(),
                        TelemetryQuery.newest(Kind.TELEMETRY, 1_000_000),
                        Integer.MAX_VALUE)
                .stream()
                .map(Reading::json)
                .toList();
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }
}
