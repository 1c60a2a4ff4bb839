/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.store.TelemetryBlock.StoredReading;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Finds the readings of one device in the order of (time, sequence), forwards or backwards, and
 * reads no more blocks than the answer needs.
 *
 * <p>Runs of one device overlap in time when the server's clock was set back. So everything that
 * may contain readings, index rows and runs, waits in one queue, at the first time that it can
 * contribute. Whatever comes out is either a reading, which then is the next of all, or is replaced
 * by what it contains.
 */
final class TelemetrySearch {

    /** Index rows that are read at once. */
    private static final int ROWS_MAX = 64;

    private static final String ROWS_FORWARDS =
            "SELECT * FROM telemetry_index WHERE device_no = ? AND is_event = ?"
                    + " AND (first_at_us, first_block_no) > (?, ?) AND first_at_us <= ?"
                    + " AND last_at_us >= ? ORDER BY first_at_us, first_block_no LIMIT "
                    + ROWS_MAX;

    private static final String ROWS_BACKWARDS =
            "SELECT * FROM telemetry_index WHERE device_no = ? AND is_event = ?"
                    + " AND (first_at_us, first_block_no) < (?, ?) AND first_at_us >= ?"
                    + " AND last_at_us >= ? ORDER BY first_at_us DESC, first_block_no DESC LIMIT "
                    + ROWS_MAX;

    private final Statements statements;
    private final long deviceNo;
    private final boolean events;
    private final Bounds bounds;
    private final PriorityQueue<Piece> queue;

    /** The last block whose runs are taken from the index; those of younger ones are read. */
    private final long indexedUntil;

    /**
     * What to look for: readings strictly between two places.
     *
     * @param backwards whether the newest comes first
     */
    record Bounds(long lowUs, long lowSequence, long highUs, long highSequence, boolean backwards) {

        private boolean touch(long firstUs, long lastUs) {
            return firstUs <= highUs && lastUs >= lowUs;
        }

        private boolean contain(StoredReading reading) {
            return compare(reading, lowUs, lowSequence) > 0
                    && compare(reading, highUs, highSequence) < 0;
        }

        private static int compare(StoredReading reading, long atUs, long sequence) {
            return reading.atUs() != atUs
                    ? Long.compare(reading.atUs(), atUs)
                    : Long.compare(reading.sequence(), sequence);
        }
    }

    /** Something in the queue. */
    private sealed interface Piece {

        /** The time at which it is due, forwards or backwards. */
        long atUs();

        /** A reading that has been read. */
        record Found(StoredReading reading) implements Piece {
            @Override
            public long atUs() {
                return reading.atUs();
            }
        }

        /** A run in a block. */
        record Unread(TelemetryRun run, long atUs) implements Piece {}

        /** The index rows behind this place. */
        record Rows(long firstUs, long blockNo, long atUs) implements Piece {}
    }

    /**
     * The order in which blocks and index are looked at is what makes it whole although each
     * statement sees its own moment: first how far the index goes, then the blocks behind that, and
     * only then the index. What is indexed meanwhile has been seen already.
     */
    TelemetrySearch(Statements statements, long deviceNo, boolean events, Bounds bounds)
            throws SQLException {
        this.statements = statements;
        this.deviceNo = deviceNo;
        this.events = events;
        this.bounds = bounds;
        this.queue = new PriorityQueue<>(order(bounds.backwards()));
        this.indexedUntil = TelemetryProgress.read(statements).indexedUntil(deviceNo);
        addRunsOfYoungBlocks();
        if (bounds.backwards()) {
            queue.add(new Piece.Rows(bounds.highUs(), Long.MAX_VALUE, bounds.highUs()));
        } else {
            // One less, for the comparison is with what lies behind.
            long firstUs = bounds.lowUs() - TelemetryRun.SPAN_US_MAX - 1;
            queue.add(new Piece.Rows(firstUs, Long.MAX_VALUE, firstUs));
        }
    }

    /** Of two that are due at the same time, a reading waits until everything else is open. */
    private static Comparator<Piece> order(boolean backwards) {
        Comparator<Piece> byTime = Comparator.comparingLong(Piece::atUs);
        Comparator<Piece> bySequence = Comparator.comparingLong(TelemetrySearch::sequence);
        return backwards
                ? byTime.reversed()
                        .thenComparing(piece -> piece instanceof Piece.Found)
                        .thenComparing(bySequence.reversed())
                : byTime.thenComparing(piece -> piece instanceof Piece.Found)
                        .thenComparing(bySequence);
    }

    private static long sequence(Piece piece) {
        return piece instanceof Piece.Found found ? found.reading().sequence() : 0;
    }

    /**
     * The next readings.
     *
     * @param bytesMax the first reading with which the payloads exceed this many bytes is the last
     */
    List<StoredReading> next(int countMax, long bytesMax) throws SQLException {
        List<StoredReading> found = new ArrayList<>();
        long bytes = 0;
        while (found.size() < countMax && bytes <= bytesMax && !queue.isEmpty()) {
            switch (queue.remove()) {
                case Piece.Found(StoredReading reading) -> {
                    found.add(reading);
                    bytes += reading.reading().payload().length;
                }
                case Piece.Unread(TelemetryRun run, long _) -> addReadings(run);
                case Piece.Rows rows -> addRows(rows);
            }
        }
        return found;
    }

    private void addRunsOfYoungBlocks() throws SQLException {
        List<List<TelemetryRun>> blocks =
                statements.list(
                        "SELECT block_no, first_at_us, runs FROM telemetry_block"
                                + " WHERE block_no > ?",
                        TelemetryBlock::runs,
                        indexedUntil);
        for (List<TelemetryRun> block : blocks) {
            for (TelemetryRun run : block) {
                if (run.deviceNo() == deviceNo && run.events() == events) {
                    add(run);
                }
            }
        }
    }

    private void addRows(Piece.Rows behind) throws SQLException {
        List<IndexRow> rows =
                statements.list(
                        bounds.backwards() ? ROWS_BACKWARDS : ROWS_FORWARDS,
                        row ->
                                new IndexRow(
                                        row.number("first_at_us"),
                                        row.number("first_block_no"),
                                        TelemetryIndex.runs(row)),
                        deviceNo,
                        events,
                        behind.firstUs(),
                        behind.blockNo(),
                        bounds.backwards()
                                ? bounds.lowUs() - TelemetryRun.SPAN_US_MAX
                                : bounds.highUs(),
                        bounds.lowUs());
        for (IndexRow row : rows) {
            for (TelemetryRun run : row.runs()) {
                if (run.blockNo() <= indexedUntil) {
                    add(run);
                }
            }
        }
        if (rows.size() == ROWS_MAX) {
            IndexRow last = rows.getLast();
            long atUs =
                    bounds.backwards() ? last.firstUs() + TelemetryRun.SPAN_US_MAX : last.firstUs();
            queue.add(new Piece.Rows(last.firstUs(), last.firstBlockNo(), atUs));
        }
    }

    private record IndexRow(long firstUs, long firstBlockNo, List<TelemetryRun> runs) {}

    private void add(TelemetryRun run) {
        if (bounds.touch(run.firstUs(), run.lastUs())) {
            queue.add(new Piece.Unread(run, bounds.backwards() ? run.lastUs() : run.firstUs()));
        }
    }

    private void addReadings(TelemetryRun run) throws SQLException {
        // A block that is not there any more has been trimmed; its index rows may go later.
        var part =
                statements.one(
                        "SELECT substr(content, ?, ?) AS part FROM telemetry_block"
                                + " WHERE block_no = ?",
                        row -> row.bytes("part"),
                        run.offsetBytes() + 1,
                        run.lengthBytes(),
                        run.blockNo());
        if (part.isPresent()) {
            for (StoredReading reading : TelemetryBlock.readings(run, part.get())) {
                if (bounds.contain(reading)) {
                    queue.add(new Piece.Found(reading));
                }
            }
        }
    }
}
