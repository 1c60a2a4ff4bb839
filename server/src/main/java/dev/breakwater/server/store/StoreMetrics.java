/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.Backlog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;

/** What the store counts. */
final class StoreMetrics {

    private final MeterRegistry meters;
    private final Timer commits;
    private final DistributionSummary writesPerCommit;
    private final DistributionSummary readingsPerCommit;
    private final DistributionSummary blockBytes;
    private final Counter retries;
    private final Counter full;

    StoreMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.commits =
                Timer.builder("breakwater.store.commit")
                        .description("From the beginning of a transaction to the end of its fsync")
                        .publishPercentileHistogram()
                        .minimumExpectedValue(Duration.ofMillis(1))
                        .maximumExpectedValue(Duration.ofSeconds(10))
                        .register(meters);
        this.writesPerCommit =
                DistributionSummary.builder("breakwater.store.commit.writes")
                        .description("Writes that shared one commit; a batch of readings is one")
                        .register(meters);
        this.readingsPerCommit =
                DistributionSummary.builder("breakwater.telemetry.commit.readings")
                        .description("Readings and events that shared one commit")
                        .register(meters);
        this.blockBytes =
                DistributionSummary.builder("breakwater.telemetry.block")
                        .description("Size of the blocks in which readings are stored")
                        .baseUnit("bytes")
                        .register(meters);
        this.retries =
                Counter.builder("breakwater.store.retries")
                        .description(
                                "Transactions begun again because the database was locked or gone")
                        .register(meters);
        this.full =
                Counter.builder("breakwater.store.full")
                        .description("Writes refused because the disk was full")
                        .register(meters);
    }

    void watch(Backlog backlog, Supplier<Number> writesWaiting) {
        Gauge.builder("breakwater.store.writes.waiting", writesWaiting)
                .description("Writes that wait for the committing thread")
                .register(meters);
        Gauge.builder("breakwater.store.backlog", backlog, Backlog::bytes)
                .description("Memory of everything that waits for the disk")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("breakwater.store.backlog.connections", backlog, Backlog::waiting)
                .description("Connections that are not read from until the backlog is low")
                .register(meters);
    }

    void committed(Duration duration, int writes) {
        commits.record(duration);
        writesPerCommit.record(writes);
    }

    void readingsStored(int readings) {
        readingsPerCommit.record(readings);
    }

    void blockStored(int bytes) {
        blockBytes.record(bytes);
    }

    void triedAgain() {
        retries.increment();
    }

    void refusedFull(int writes) {
        full.increment(writes);
    }
}
