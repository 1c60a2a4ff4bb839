/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.telemetry.EventType;
import dev.breakwater.server.telemetry.NewReading;
import dev.breakwater.server.telemetry.PayloadForm;
import dev.breakwater.server.telemetry.Reading;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The form in which readings are stored: many to a row, in runs of one device each.
 *
 * <pre>
 * runs     a byte 0x01, the number of runs, then for each run in the order of the content
 *            its device's number, less that of the run before (of the first: less 0)
 *            twice the number of its readings, plus 1 for events
 *            its first time, less the block's first time; its last time, less its first
 *            its length in bytes
 * content  the runs, one behind the other; a run is its readings in the order of their times
 * reading  its time, less that of the reading before in the run (of the first: less the run's first)
 *          a byte of flags: 1 CBOR, 2 an event type follows, 4 a packet identifier follows, 8 sealed
 *          [length and ASCII of the event type]  [packet identifier]  length and bytes of the payload
 * </pre>
 *
 * <p>Numbers are those of {@link BytePacker}; times are microseconds since 1970. A reading's
 * sequence is not stored: it is the block's number and the reading's index in it.
 */
final class TelemetryBlock {

    /**
     * 32 KiB: a block is closed by the reading that reaches it. Large enough that rows cost nothing
     * beside their readings, small enough that a search for one device's reads little else.
     */
    static final int CONTENT_BYTES_FULL = 32 * 1024;

    private static final int VERSION = 1;
    private static final int CBOR = 1;
    private static final int EVENT_TYPE = 2;
    private static final int PACKET_ID = 4;
    private static final int SEALED = 8;
    private static final int FORM = CBOR | SEALED;
    private static final int ALL_FLAGS = FORM | EVENT_TYPE | PACKET_ID;
    private static final int PACKET_ID_MAX = 0xFFFF;

    private TelemetryBlock() {}

    /** Builds one block after the other, from readings that come sorted by device. */
    static final class Builder {

        private final BytePacker content = new BytePacker(2 * CONTENT_BYTES_FULL);
        private final List<TelemetryRun> runs = new ArrayList<>();
        private long firstUs;
        private long lastUs;
        private int readings;

        /** The run that is being written. */
        private long deviceNo;

        private boolean events;
        private long runFirstUs;
        private long runLastUs;
        private int runFirstIndex;
        private int runOffset;

        /** Begins the block of this number. */
        void begin() {
            content.clear();
            runs.clear();
            readings = 0;
            firstUs = Long.MAX_VALUE;
            lastUs = Long.MIN_VALUE;
            runFirstIndex = 0;
        }

        boolean isFull() {
            return content.length() >= CONTENT_BYTES_FULL;
        }

        /** Adds a reading; of one device and kind they come in the order of their times. */
        void add(
                long ofDevice,
                long atUs,
                Optional<EventType> event,
                PayloadForm form,
                int packetId,
                byte[] payload) {
            boolean continues =
                    readings > runFirstIndex
                            && ofDevice == deviceNo
                            && event.isPresent() == events
                            && atUs - runFirstUs <= TelemetryRun.SPAN_US_MAX;
            if (!continues) {
                endRun();
                deviceNo = ofDevice;
                events = event.isPresent();
                runFirstUs = atUs;
                runLastUs = atUs;
                runFirstIndex = readings;
                runOffset = content.length();
            }
            boolean identified = packetId != NewReading.NO_PACKET_ID;
            content.number(atUs - runLastUs);
            content.number(flag(form) | (events ? EVENT_TYPE : 0) | (identified ? PACKET_ID : 0));
            if (events) {
                content.text(event.orElseThrow().text());
            }
            if (identified) {
                content.number(packetId);
            }
            content.block(payload);
            runLastUs = atUs;
            firstUs = Math.min(firstUs, atUs);
            lastUs = Math.max(lastUs, atUs);
            readings++;
        }

        int bytes() {
            return content.length();
        }

        private void endRun() {
            if (readings > runFirstIndex) {
                runs.add(
                        new TelemetryRun(
                                0,
                                deviceNo,
                                events,
                                runFirstUs,
                                runLastUs,
                                runFirstIndex,
                                readings - runFirstIndex,
                                runOffset,
                                content.length() - runOffset));
            }
        }

        /** Stores the block; returns how many runs it has. */
        int insert(Transaction transaction, TelemetryProgress progress) throws SQLException {
            endRun();
            transaction.update(
                    "INSERT INTO telemetry_block (block_no, first_at_us, last_at_us, readings,"
                            + " readings_before, runs, content) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    progress.nextBlock(),
                    firstUs,
                    lastUs,
                    readings,
                    progress.readings(),
                    packedRuns(),
                    content.toBytes());
            progress.added(readings);
            return runs.size();
        }

        private byte[] packedRuns() {
            BytePacker packed = new BytePacker(16 * runs.size() + 16);
            packed.number(VERSION);
            packed.number(runs.size());
            long before = 0;
            for (TelemetryRun run : runs) {
                packed.number(run.deviceNo() - before);
                packed.number(2L * run.readings() + (run.events() ? 1 : 0));
                packed.number(run.firstUs() - firstUs);
                packed.number(run.lastUs() - run.firstUs());
                packed.number(run.lengthBytes());
                before = run.deviceNo();
            }
            return packed.toBytes();
        }
    }

    /**
     * The runs of a block, from its columns {@code block_no}, {@code first_at_us}, {@code runs}.
     */
    static List<TelemetryRun> runs(Row row) throws SQLException {
        long blockNo = row.number("block_no");
        long blockFirstUs = row.number("first_at_us");
        ByteUnpacker packed = new ByteUnpacker(row.bytes("runs"));
        requireVersion(packed);
        int count = packed.number(CONTENT_BYTES_FULL);
        List<TelemetryRun> runs = new ArrayList<>(count);
        long deviceNo = 0;
        int index = 0;
        int offset = 0;
        for (int i = 0; i < count; i++) {
            deviceNo += packed.number();
            int readings = packed.number(2 * CONTENT_BYTES_FULL);
            long firstUs = blockFirstUs + packed.number();
            long lastUs = firstUs + packed.number();
            int length = packed.number(Integer.MAX_VALUE - offset);
            runs.add(
                    new TelemetryRun(
                            blockNo,
                            deviceNo,
                            (readings & 1) == 1,
                            firstUs,
                            lastUs,
                            index,
                            readings >> 1,
                            offset,
                            length));
            index += readings >> 1;
            offset += length;
        }
        packed.requireEnd();
        return runs;
    }

    private static void requireVersion(ByteUnpacker packed) throws SQLException {
        long version = packed.number();
        if (version != VERSION) {
            throw ByteUnpacker.damaged("a block has the unknown version " + version);
        }
    }

    /** The readings of a run, from its part of the block's content. */
    static List<StoredReading> readings(TelemetryRun run, byte[] part) throws SQLException {
        ByteUnpacker packed = new ByteUnpacker(part);
        List<StoredReading> readings = new ArrayList<>(run.readings());
        long atUs = run.firstUs();
        for (int i = 0; i < run.readings(); i++) {
            atUs += packed.number();
            int flags = packed.number(ALL_FLAGS);
            Optional<EventType> event =
                    (flags & EVENT_TYPE) == 0
                            ? Optional.empty()
                            : Optional.of(new EventType(packed.text()));
            int packetId =
                    (flags & PACKET_ID) == 0
                            ? NewReading.NO_PACKET_ID
                            : packed.number(PACKET_ID_MAX);
            PayloadForm form = form(flags);
            long sequence = run.firstSequence() + i;
            readings.add(
                    new StoredReading(
                            new Reading(sequence, time(atUs), event, form, packed.block()),
                            atUs,
                            packetId));
        }
        packed.requireEnd();
        if (atUs != run.lastUs()) {
            throw ByteUnpacker.damaged("a run does not end at its last time");
        }
        return readings;
    }

    private static int flag(PayloadForm form) {
        return switch (form) {
            case JSON -> 0;
            case CBOR -> CBOR;
            case SEALED -> SEALED;
        };
    }

    private static PayloadForm form(int flags) throws SQLException {
        return switch (flags & FORM) {
            case 0 -> PayloadForm.JSON;
            case CBOR -> PayloadForm.CBOR;
            case SEALED -> PayloadForm.SEALED;
            default -> throw ByteUnpacker.damaged("a reading is CBOR and sealed");
        };
    }

    /** A reading as it lies in a block. */
    record StoredReading(Reading reading, long atUs, int packetId) {

        long sequence() {
            return reading.cursor().sequence();
        }
    }

    static long micros(Instant at) {
        return at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
    }

    static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
