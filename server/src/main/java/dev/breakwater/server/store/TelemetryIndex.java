/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where each device's runs lie. A row for every run, written with its block, would dirty a page of
 * the index for nearly every reading; so the runs of many blocks are collected first, and then each
 * device gets one row for all of its own. Until then a search looks through the {@code runs} of the
 * youngest blocks, which are few and small.
 *
 * <p>A row's {@code places} is a byte 0x01, then for each run: its block's number less that of the
 * run before (of the first: less the row's {@code first_block_no}), the index of its first reading,
 * its number of readings, its offset and length in the block's content, its first time less the
 * row's, its last time less its first; numbers as in {@link BytePacker}.
 */
final class TelemetryIndex {

    /** So many blocks are collected at least. */
    private static final int BLOCKS_COLLECTED = 256;

    /** Rows written with one commit, unless it stores more runs than half of this. */
    private static final int ROWS_PER_COMMIT = 1_000;

    private static final int VERSION = 1;

    private TelemetryIndex() {}

    /**
     * Indexes some of what has been collected, if it is enough: a bounded number of rows, yet
     * always more than the commit adds, so that it never falls behind.
     *
     * @param runsAdded how many runs the same commit stores
     */
    static void goOn(Transaction transaction, TelemetryProgress progress, int runsAdded)
            throws SQLException {
        if (progress.indexingUntil() == progress.indexedUntil()) {
            if (progress.lastBlock() - progress.indexedUntil() < BLOCKS_COLLECTED) {
                return;
            }
            progress.beginIndexing();
        }
        List<TelemetryRun> runs = collected(transaction, progress);
        int rowsMax = Math.max(ROWS_PER_COMMIT, 2 * runsAdded);
        int rows = 0;
        int from = 0;
        while (from < runs.size() && rows < rowsMax) {
            int until = endOfDevice(runs, from);
            rows += insert(transaction, runs.subList(from, until));
            from = until;
        }
        if (from == runs.size()) {
            progress.endIndexing();
        } else {
            progress.indexedBelow(runs.get(from).deviceNo());
        }
    }

    /** The runs that are to be indexed still, by device. */
    private static List<TelemetryRun> collected(Transaction transaction, TelemetryProgress progress)
            throws SQLException {
        List<TelemetryRun> runs = new ArrayList<>();
        List<List<TelemetryRun>> blocks =
                transaction.list(
                        "SELECT block_no, first_at_us, runs FROM telemetry_block"
                                + " WHERE block_no > ? AND block_no <= ? ORDER BY block_no",
                        TelemetryBlock::runs,
                        progress.indexedUntil(),
                        progress.indexingUntil());
        for (List<TelemetryRun> block : blocks) {
            for (TelemetryRun run : block) {
                if (run.deviceNo() >= progress.nextDevice()) {
                    runs.add(run);
                }
            }
        }
        runs.sort(TelemetryIndex::byDevice);
        return runs;
    }

    /** By device and kind; of one, in the order of the blocks, in which they come. */
    private static int byDevice(TelemetryRun one, TelemetryRun other) {
        return one.deviceNo() != other.deviceNo()
                ? Long.compare(one.deviceNo(), other.deviceNo())
                : Boolean.compare(one.events(), other.events());
    }

    private static int endOfDevice(List<TelemetryRun> runs, int from) {
        int until = from;
        while (until < runs.size() && runs.get(until).deviceNo() == runs.get(from).deviceNo()) {
            until++;
        }
        return until;
    }

    /** Writes the rows of one device: one for each kind, more where the times are far apart. */
    private static int insert(Transaction transaction, List<TelemetryRun> runs)
            throws SQLException {
        int rows = 0;
        int from = 0;
        while (from < runs.size()) {
            TelemetryRun first = runs.get(from);
            long firstUs = first.firstUs();
            long lastUs = first.lastUs();
            int until = from + 1;
            while (until < runs.size()) {
                TelemetryRun next = runs.get(until);
                long earliest = Math.min(firstUs, next.firstUs());
                long latest = Math.max(lastUs, next.lastUs());
                if (next.events() != first.events()
                        || latest - earliest > TelemetryRun.SPAN_US_MAX) {
                    break;
                }
                firstUs = earliest;
                lastUs = latest;
                until++;
            }
            insert(transaction, runs.subList(from, until), firstUs, lastUs);
            rows++;
            from = until;
        }
        return rows;
    }

    private static void insert(
            Transaction transaction, List<TelemetryRun> runs, long firstUs, long lastUs)
            throws SQLException {
        TelemetryRun first = runs.getFirst();
        BytePacker places = new BytePacker(16 * runs.size());
        places.number(VERSION);
        long blockBefore = first.blockNo();
        for (TelemetryRun run : runs) {
            places.number(run.blockNo() - blockBefore);
            places.number(run.firstIndex());
            places.number(run.readings());
            places.number(run.offsetBytes());
            places.number(run.lengthBytes());
            places.number(run.firstUs() - firstUs);
            places.number(run.lastUs() - run.firstUs());
            blockBefore = run.blockNo();
        }
        transaction.update(
                "INSERT INTO telemetry_index (device_no, is_event, first_at_us, first_block_no,"
                        + " last_at_us, last_block_no, places) VALUES (?, ?, ?, ?, ?, ?, ?)",
                first.deviceNo(),
                first.events(),
                firstUs,
                first.blockNo(),
                lastUs,
                blockBefore,
                places.toBytes());
    }

    /** The runs that a row names. */
    static List<TelemetryRun> runs(Row row) throws SQLException {
        long deviceNo = row.number("device_no");
        boolean events = row.flag("is_event");
        long rowFirstUs = row.number("first_at_us");
        long blockNo = row.number("first_block_no");
        ByteUnpacker places = new ByteUnpacker(row.bytes("places"));
        long version = places.number();
        if (version != VERSION) {
            throw ByteUnpacker.damaged("an index row has the unknown version " + version);
        }
        List<TelemetryRun> runs = new ArrayList<>();
        while (places.hasMore()) {
            blockNo += places.number();
            int firstIndex = places.number(Integer.MAX_VALUE);
            int readings = places.number(Integer.MAX_VALUE);
            int offset = places.number(Integer.MAX_VALUE);
            int length = places.number(Integer.MAX_VALUE);
            long firstUs = rowFirstUs + places.number();
            long lastUs = firstUs + places.number();
            runs.add(
                    new TelemetryRun(
                            blockNo,
                            deviceNo,
                            events,
                            firstUs,
                            lastUs,
                            firstIndex,
                            readings,
                            offset,
                            length));
        }
        return runs;
    }

    /** Forgets the rows that name no younger block than the one this run lies in. */
    static void forget(Transaction transaction, TelemetryRun run) throws SQLException {
        transaction.update(
                "DELETE FROM telemetry_index WHERE device_no = ? AND is_event = ?"
                        + " AND first_at_us >= ? AND first_at_us <= ? AND last_block_no <= ?",
                run.deviceNo(),
                run.events(),
                run.firstUs() - TelemetryRun.SPAN_US_MAX,
                run.firstUs(),
                run.blockNo());
    }
}
