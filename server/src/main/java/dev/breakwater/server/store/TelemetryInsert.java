/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.telemetry.NewReading;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stores a batch of readings: sorted by device, cut into blocks, and indexed when it is time. It
 * lives on the committing thread.
 */
final class TelemetryInsert {

    /** Numbers of devices kept at hand; beyond it, all are forgotten and looked up anew. */
    private static final int NUMBERS_MAX = 131_072;

    /** A batch has fewer readings than this. */
    private static final int PLACE_BITS = 20;

    private static final long PLACES = (1L << PLACE_BITS) - 1;

    private final Map<DeviceId, Long> numbers = new HashMap<>();

    /** Not durable yet: a number from work that was rolled back names no device. */
    private final Map<DeviceId, Long> freshNumbers = new HashMap<>();

    private final BitSet unregistered = new BitSet();
    private final TelemetryBlock.Builder block = new TelemetryBlock.Builder();

    void run(Transaction transaction, List<NewReading> readings, StoreMetrics metrics)
            throws SQLException {
        long[] sorted = sortedByDevice(transaction, readings);
        TelemetryProgress progress = TelemetryProgress.read(transaction);
        int runs = 0;
        block.begin();
        for (int i = 0; i < sorted.length; i++) {
            NewReading reading = readings.get((int) (sorted[i] & PLACES));
            block.add(
                    sorted[i] >> (PLACE_BITS + 1),
                    TelemetryBlock.micros(reading.at()),
                    reading.event(),
                    reading.form(),
                    reading.packetId(),
                    reading.payload());
            if (block.isFull() || i == sorted.length - 1) {
                runs += block.insert(transaction, progress);
                metrics.blockStored(block.bytes());
                block.begin();
            }
        }
        keepNumbers(transaction, readings);
        if (runs > 0) {
            TelemetryIndex.goOn(transaction, progress, runs);
            progress.write(transaction);
        }
    }

    /** How far the envelopes of each device have come, in the transaction that stores them. */
    private void keepNumbers(Transaction transaction, List<NewReading> readings)
            throws SQLException {
        Map<DeviceId, NewReading> highest = new HashMap<>();
        for (int place = 0; place < readings.size(); place++) {
            NewReading reading = readings.get(place);
            if (reading.envelopeNumber() != NewReading.NOT_OPENED && !unregistered.get(place)) {
                highest.merge(
                        reading.device(),
                        reading,
                        (one, other) ->
                                one.envelopeNumber() > other.envelopeNumber() ? one : other);
            }
        }
        for (NewReading reading : highest.values()) {
            transaction.update(
                    "INSERT INTO envelope_window (device_id, organization_id, highest)"
                            + " VALUES (?, ?, ?) ON CONFLICT (device_id) DO UPDATE"
                            + " SET highest = excluded.highest"
                            + " WHERE excluded.highest > envelope_window.highest",
                    reading.device(),
                    reading.organization(),
                    reading.envelopeNumber());
        }
    }

    /** What was run last is durable. */
    void committed() {
        if (numbers.size() + freshNumbers.size() > NUMBERS_MAX) {
            numbers.clear();
        }
        numbers.putAll(freshNumbers);
        freshNumbers.clear();
    }

    /** Whether this one of the batch was left out, for nobody knows its device any more. */
    boolean wasUnregistered(int place) {
        return unregistered.get(place);
    }

    /**
     * From the highest bits to the lowest: the device's number, 1 for events, the place in the
     * batch. So sorting numbers sorts by device and kind and keeps the order of arrival.
     */
    private long[] sortedByDevice(Transaction transaction, List<NewReading> readings)
            throws SQLException {
        freshNumbers.clear();
        unregistered.clear();
        long[] keys = new long[readings.size()];
        int count = 0;
        for (int place = 0; place < keys.length; place++) {
            NewReading reading = readings.get(place);
            Long number = numbers.get(reading.device());
            if (number == null) {
                number = freshNumber(transaction, reading);
            }
            if (number == null) {
                unregistered.set(place);
            } else {
                int event = reading.event().isPresent() ? 1 : 0;
                keys[count++] = (((number << 1) | event) << PLACE_BITS) | place;
            }
        }
        long[] sorted = Arrays.copyOf(keys, count);
        Arrays.sort(sorted);
        sortByTime(sorted, readings);
        return sorted;
    }

    private @Nullable Long freshNumber(Transaction transaction, NewReading reading)
            throws SQLException {
        Long fresh = freshNumbers.get(reading.device());
        if (fresh == null) {
            fresh = number(transaction, reading.organization(), reading.device()).orElse(null);
            if (fresh != null) {
                freshNumbers.put(reading.device(), fresh);
            }
        }
        return fresh;
    }

    /** The order of arrival is that of time, unless the server's clock was set back. */
    private static void sortByTime(long[] keys, List<NewReading> readings) {
        int from = 0;
        while (from < keys.length) {
            int until = from + 1;
            boolean inOrder = true;
            while (until < keys.length && keys[until] >> PLACE_BITS == keys[from] >> PLACE_BITS) {
                inOrder &= !at(keys[until], readings).isBefore(at(keys[until - 1], readings));
                until++;
            }
            if (!inOrder) {
                List<Long> run = new ArrayList<>();
                for (int i = from; i < until; i++) {
                    run.add(keys[i]);
                }
                run.sort(Comparator.comparing(key -> at(key, readings)));
                for (int i = from; i < until; i++) {
                    keys[i] = run.get(i - from);
                }
            }
            from = until;
        }
    }

    private static Instant at(long key, List<NewReading> readings) {
        return readings.get((int) (key & PLACES)).at();
    }

    private static Optional<Long> number(
            Transaction transaction, OrganizationId organization, DeviceId device)
            throws SQLException {
        Optional<Long> known = find(transaction, organization, device);
        if (known.isPresent()) {
            return known;
        }
        transaction.update(
                "INSERT INTO telemetry_device (device_id) SELECT device_id FROM device"
                        + " WHERE organization_id = ? AND device_id = ?"
                        + " ON CONFLICT (device_id) DO NOTHING",
                organization,
                device);
        return find(transaction, organization, device);
    }

    /** The number under which a device's readings are stored, if it has told any. */
    static Optional<Long> find(Statements statements, OrganizationId organization, DeviceId device)
            throws SQLException {
        return statements.one(
                "SELECT n.device_no FROM telemetry_device n"
                        + " JOIN device d ON d.device_id = n.device_id"
                        + " WHERE d.organization_id = ? AND d.device_id = ?"
                        + " AND n.forgotten = 0",
                row -> row.number("device_no"),
                organization,
                device);
    }
}
