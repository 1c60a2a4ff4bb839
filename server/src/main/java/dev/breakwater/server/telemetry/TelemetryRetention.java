/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps readings and events within their limits, in the background and in small bites, so that no
 * device waits for long behind a deletion.
 */
public final class TelemetryRetention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TelemetryRetention.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final TelemetryStore store;
    private final Duration age;
    private final long rowsMax;
    private final int bite;
    private final Clock clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("telemetry-retention").factory());

    /** Wires the retention; nothing is deleted before {@link #start}. */
    public TelemetryRetention(TelemetryStore store, Limits limits, Clock clock) {
        this.store = store;
        this.age = Duration.ofDays(limits.of(Limit.TELEMETRY_DAYS));
        this.rowsMax = limits.of(Limit.TELEMETRY_ROWS);
        this.bite = limits.of(Limit.TELEMETRY_TRIM_ROWS);
        this.clock = clock;
    }

    /** Trims now, and then again and again until closed. */
    public void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::trimOrLog, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void trimOrLog() {
        try {
            long deleted = trim();
            if (deleted > 0) {
                LOG.info("deleted {} readings and events beyond the limits", deleted);
            }
        } catch (RuntimeException later) {
            // Whatever it was must not end the repetition, or the disk would fill.
            LOG.error("readings and events cannot be trimmed now", later);
        }
    }

    /** Deletes what is beyond the limits, and returns how many that were. Blocks. */
    public long trim() {
        Instant before = clock.instant().minus(age);
        long total = 0;
        int deleted;
        do {
            deleted = store.trim(before, rowsMax, bite);
            total += deleted;
        } while (deleted > 0 && !thread.isShutdown());
        return total;
    }

    /** Ends after the bite in work. */
    @Override
    public void close() {
        thread.close();
    }
}
