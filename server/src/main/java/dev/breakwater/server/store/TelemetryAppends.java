/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.Backlog;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.telemetry.NewReading;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readings on their way to the disk. They do not queue up as one write each: whatever has arrived
 * when the committing thread comes round is one write, and the next one is submitted when it is
 * through. Each submitter is told, in the order of arrival.
 *
 * <p>It never refuses for being too long. {@link Backlog} tells those who send to wait.
 */
final class TelemetryAppends implements Work<Integer>, Completion<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(TelemetryAppends.class);

    /** What a waiting reading takes beside its payload, about. */
    private static final int READING_BYTES = 256;

    private final GroupCommit commits;
    private final Backlog backlog;
    private final StoreMetrics metrics;
    private final int readingsMax;
    private final int bytesMax;
    private final TelemetryInsert insert = new TelemetryInsert();

    /** Remembers no numbers: what it has written may still be rolled back by itself. */
    private final TelemetryInsert insertAlone = new TelemetryInsert();

    /** Guards the five below; held for no longer than it takes to add to a list. */
    private final Object lock = new Object();

    private Arrivals arriving = new Arrivals();
    private boolean submitted;
    private long added;
    private long told;
    private final Queue<Waiting> waiting = new ArrayDeque<>();

    /** Those that are being written: touched only by whoever has been handed the write. */
    private Arrivals taken = new Arrivals();

    private int from;
    private int until;

    TelemetryAppends(GroupCommit commits, Backlog backlog, StoreMetrics metrics, Limits limits) {
        this.commits = commits;
        this.backlog = backlog;
        this.metrics = metrics;
        this.readingsMax = limits.of(Limit.TELEMETRY_COMMIT_READINGS);
        this.bytesMax = limits.of(Limit.TELEMETRY_COMMIT_BYTES);
    }

    /** Readings, and behind each index who is to be told. */
    private static final class Arrivals {
        private final List<NewReading> readings = new ArrayList<>();
        private final List<Completion<? super Instant>> completions = new ArrayList<>();
    }

    /** Somebody who waits until so many have been told. */
    private record Waiting(long count, Runnable action) {}

    /**
     * Runs the action once everything that has been added so far is durable or refused: now, or on
     * the committing thread.
     */
    void afterAllSoFar(Runnable action) {
        synchronized (lock) {
            if (told < added) {
                waiting.add(new Waiting(added, action));
                return;
            }
        }
        action.run();
    }

    /** Never waits. */
    void add(NewReading reading, Completion<? super Instant> completion) {
        if (Alongside.isOffered()) {
            addAlone(reading, completion);
        } else {
            addToBatch(reading, completion);
        }
    }

    /**
     * A reading that must be durable together with something else, such as the id of a QoS 2
     * message: it is a write and a block of its own, so that both fail together and take no other
     * reading down.
     */
    private void addAlone(NewReading reading, Completion<? super Instant> completion) {
        Work<Instant> work =
                transaction -> {
                    insertAlone.run(transaction, List.of(reading), metrics);
                    if (insertAlone.wasUnregistered(0)) {
                        throw unregistered(reading);
                    }
                    return reading.at();
                };
        Submitted<Instant> _ =
                commits.submit(
                        Alongside.joined(work),
                        new Completion<Instant>() {
                            @Override
                            public void durable(Instant at) {
                                metrics.readingsStored(1);
                                completion.durable(at);
                            }

                            @Override
                            public void failed(RuntimeException cause) {
                                completion.failed(cause);
                            }
                        });
    }

    private static StorageUnavailable unregistered(NewReading reading) {
        return new StorageUnavailable("device %s is not registered".formatted(reading.device()));
    }

    private void addToBatch(NewReading reading, Completion<? super Instant> completion) {
        backlog.add(bytes(reading));
        boolean first;
        synchronized (lock) {
            arriving.readings.add(reading);
            arriving.completions.add(completion);
            added++;
            first = !submitted;
            submitted = true;
        }
        if (first) {
            commits.submitBulk(this, this);
        }
    }

    private static int bytes(NewReading reading) {
        return READING_BYTES + reading.payload().length;
    }

    /** The same readings again if it runs again. */
    @Override
    public Integer run(Transaction transaction) throws SQLException {
        take();
        insert.run(transaction, taken.readings.subList(from, until), metrics);
        return until - from;
    }

    private void take() {
        if (from < until) {
            return;
        }
        if (from == taken.readings.size()) {
            taken.readings.clear();
            taken.completions.clear();
            from = 0;
            until = 0;
            synchronized (lock) {
                Arrivals empty = taken;
                taken = arriving;
                arriving = empty;
            }
        }
        int end = Math.min(from + readingsMax, taken.readings.size());
        long bytes = 0;
        while (until < end && bytes < bytesMax) {
            bytes += bytes(taken.readings.get(until));
            until++;
        }
    }

    @Override
    public void durable(Integer count) {
        insert.committed();
        metrics.readingsStored(count);
        for (int i = from; i < until; i++) {
            NewReading reading = taken.readings.get(i);
            Completion<? super Instant> completion = taken.completions.get(i);
            if (insert.wasUnregistered(i - from)) {
                tell(() -> completion.failed(unregistered(reading)));
            } else {
                tell(() -> completion.durable(reading.at()));
            }
        }
        goOn();
    }

    @Override
    public void failed(RuntimeException cause) {
        // It may not have run at all: the store is closing.
        take();
        for (int i = from; i < until; i++) {
            Completion<? super Instant> completion = taken.completions.get(i);
            tell(() -> completion.failed(cause));
        }
        goOn();
    }

    private static void tell(Runnable how) {
        try {
            how.run();
        } catch (RuntimeException | Error defect) {
            LOG.error("a completion threw; it must hand over and return", defect);
        }
    }

    private void goOn() {
        long bytes = 0;
        for (int i = from; i < until; i++) {
            bytes += bytes(taken.readings.get(i));
        }
        List<Runnable> through = new ArrayList<>();
        boolean more;
        synchronized (lock) {
            told += until - from;
            from = until;
            while (!waiting.isEmpty() && waiting.element().count() <= told) {
                through.add(waiting.remove().action());
            }
            more = from < taken.readings.size() || !arriving.readings.isEmpty();
            submitted = more;
        }
        backlog.done(bytes);
        through.forEach(TelemetryAppends::tell);
        if (more) {
            commits.submitBulk(this, this);
        }
    }
}
