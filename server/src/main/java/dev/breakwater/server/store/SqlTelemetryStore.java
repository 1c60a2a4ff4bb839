/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.store.TelemetryBlock.StoredReading;
import dev.breakwater.server.telemetry.EventType;
import dev.breakwater.server.telemetry.NewReading;
import dev.breakwater.server.telemetry.Reading;
import dev.breakwater.server.telemetry.RecentReadings;
import dev.breakwater.server.telemetry.TelemetryCursor;
import dev.breakwater.server.telemetry.TelemetryQuery;
import dev.breakwater.server.telemetry.TelemetryQuery.Kind;
import dev.breakwater.server.telemetry.TelemetryQuery.Order;
import dev.breakwater.server.telemetry.TelemetryStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Readings and events in blocks, in the order of their arrival: {@link TelemetryBlock} is their
 * form, {@link TelemetryIndex} says where each device's lie, {@link TelemetrySearch} finds them.
 */
public final class SqlTelemetryStore implements TelemetryStore {

    /** Blocks looked at in one step of trimming. */
    private static final int TRIM_BLOCKS_MAX = 256;

    /** Readings looked at for each one sought, as some came without a packet identifier. */
    private static final int RECENT_SEARCHED = 4;

    private final Database database;
    private final TelemetryAppends appends;

    /** The readings within this database. */
    public SqlTelemetryStore(Database database) {
        this.database = database;
        this.appends = database.telemetryAppends();
    }

    @Override
    public void append(NewReading reading, Completion<? super Instant> completion) {
        appends.add(reading, completion);
    }

    @Override
    public List<Reading> find(
            OrganizationId organization, DeviceId device, TelemetryQuery query, int bytesMax) {
        return database.read(
                statements -> {
                    Optional<Long> number = TelemetryInsert.find(statements, organization, device);
                    return number.isEmpty()
                            ? List.of()
                            : find(statements, number.get(), query, bytesMax);
                });
    }

    private static List<Reading> find(
            Statements statements, long number, TelemetryQuery query, int bytesMax)
            throws SQLException {
        TelemetrySearch search =
                new TelemetrySearch(statements, number, query.kind() == Kind.EVENTS, bounds(query));
        return search.next(query.countMax(), bytesMax).stream()
                .map(StoredReading::reading)
                .toList();
    }

    /** The look-up reads, so it has a thread of its own; one for each connection at most. */
    @Override
    public void findRecent(
            OrganizationId organization,
            DeviceId device,
            Instant since,
            int countMax,
            Completion<? super RecentReadings> completion) {
        appends.afterAllSoFar(
                () ->
                        Thread.startVirtualThread(
                                () -> {
                                    RecentReadings recent;
                                    try {
                                        recent = findRecent(organization, device, since, countMax);
                                    } catch (RuntimeException unavailable) {
                                        completion.failed(unavailable);
                                        return;
                                    }
                                    completion.durable(recent);
                                }));
    }

    private RecentReadings findRecent(
            OrganizationId organization, DeviceId device, Instant since, int countMax) {
        List<StoredReading> found =
                database.read(
                        statements -> {
                            Optional<Long> number =
                                    TelemetryInsert.find(statements, organization, device);
                            List<StoredReading> both = new ArrayList<>();
                            if (number.isPresent()) {
                                for (boolean events : List.of(true, false)) {
                                    both.addAll(
                                            newest(
                                                    statements,
                                                    number.get(),
                                                    events,
                                                    since,
                                                    countMax));
                                }
                            }
                            return both;
                        });
        RecentReadings recent = new RecentReadings();
        found.stream()
                .sorted(Comparator.comparingLong(StoredReading::sequence).reversed())
                .limit(countMax)
                .forEach(
                        reading ->
                                recent.addOlder(
                                        reading.reading()
                                                .event()
                                                .map(EventType::text)
                                                .orElse(RecentReadings.TELEMETRY),
                                        reading.packetId(),
                                        reading.reading().payload()));
        return recent;
    }

    /** Those that came with a packet identifier. */
    private static List<StoredReading> newest(
            Statements statements, long number, boolean events, Instant since, int countMax)
            throws SQLException {
        TelemetrySearch search =
                new TelemetrySearch(
                        statements,
                        number,
                        events,
                        new TelemetrySearch.Bounds(
                                TelemetryBlock.micros(since), 0, Long.MAX_VALUE, 0, true));
        return search.next(RECENT_SEARCHED * countMax, Integer.MAX_VALUE).stream()
                .filter(reading -> reading.packetId() != NewReading.NO_PACKET_ID)
                .limit(countMax)
                .toList();
    }

    /**
     * Both bounds are exclusive places; sequences begin above 0, so a time with sequence 0 lies
     * before all readings of that time.
     */
    private static TelemetrySearch.Bounds bounds(TelemetryQuery query) {
        TelemetryCursor low = new TelemetryCursor(query.from(), 0);
        TelemetryCursor high = new TelemetryCursor(query.until(), 0);
        if (query.order() == Order.OLDEST_FIRST) {
            low = later(query.after().orElse(low), low);
        } else {
            high = earlier(query.after().orElse(high), high);
        }
        return new TelemetrySearch.Bounds(
                TelemetryBlock.micros(low.at()),
                low.sequence(),
                TelemetryBlock.micros(high.at()),
                high.sequence(),
                query.order() == Order.NEWEST_FIRST);
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
        return database.write(transaction -> trim(transaction, before, rowsMax, deletedMax));
    }

    /** What is known of one of the oldest blocks. */
    private record OldBlock(long number, Instant lastAt, int readings, long readingsBefore) {
        static OldBlock of(Row row) throws SQLException {
            return new OldBlock(
                    row.number("block_no"),
                    row.instant("last_at_us"),
                    row.integer("readings"),
                    row.number("readings_before"));
        }
    }

    private static int trim(Transaction transaction, Instant before, long rowsMax, int deletedMax)
            throws SQLException {
        TelemetryProgress progress = TelemetryProgress.read(transaction);
        int deleted = 0;
        for (OldBlock block :
                transaction.list(
                        "SELECT block_no, last_at_us, readings, readings_before"
                                + " FROM telemetry_block ORDER BY block_no LIMIT "
                                + TRIM_BLOCKS_MAX,
                        OldBlock::of)) {
            long youngerReadings = progress.readings() - block.readingsBefore() - block.readings();
            boolean beyondLimits = block.lastAt().isBefore(before) || youngerReadings >= rowsMax;
            boolean tooMany = deleted > 0 && deleted + block.readings() > deletedMax;
            if (!beyondLimits || tooMany) {
                break;
            }
            delete(transaction, block.number());
            deleted += block.readings();
        }
        return deleted;
    }

    private static void delete(Transaction transaction, long blockNo) throws SQLException {
        List<List<TelemetryRun>> runs =
                transaction.list(
                        "SELECT block_no, first_at_us, runs FROM telemetry_block WHERE block_no = ?",
                        TelemetryBlock::runs,
                        blockNo);
        for (TelemetryRun run : runs.getFirst()) {
            TelemetryIndex.forget(transaction, run);
        }
        transaction.update("DELETE FROM telemetry_block WHERE block_no = ?", blockNo);
    }
}
