/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench;

import dev.breakwater.bench.measure.Benchmark;
import dev.breakwater.bench.measure.ConnectBenchmark;
import dev.breakwater.bench.measure.IdleBenchmark;
import dev.breakwater.bench.measure.IngestBenchmark;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** How much of everything. The defaults are what the figures are defined by. */
final class BenchmarkOptions {

    private static final int WARM_UP_CONNECTS = 5_000;
    private static final int IDLE_CONNECTIONS_FIRST = 2_000;
    private static final Duration SETTLING = Duration.ofSeconds(5);

    @Option(
            names = "--fleet",
            paramLabel = "DEVICES",
            defaultValue = "15000",
            description = "Devices that are enrolled and connected: ${DEFAULT-VALUE}.")
    private int fleet;

    @Option(
            names = "--rounds",
            paramLabel = "NUMBER",
            defaultValue = "3",
            description = "connect: rounds in which the servers take turns: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--connects",
            paramLabel = "NUMBER",
            defaultValue = "3000",
            description = "connect: connects of one round: ${DEFAULT-VALUE}.")
    private int connects;

    @Option(
            names = "--connecting",
            paramLabel = "NUMBER",
            defaultValue = "32",
            description = "connect: devices that connect at the same time: ${DEFAULT-VALUE}.")
    private int connecting;

    @Option(
            names = "--publishers",
            paramLabel = "DEVICES",
            defaultValue = "1000",
            description = "ingest: devices that publish: ${DEFAULT-VALUE}.")
    private int publishers;

    @Option(
            names = "--window",
            paramLabel = "NUMBER",
            defaultValue = "16",
            description = "ingest: readings underway for each device: ${DEFAULT-VALUE}.")
    private int window;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description = "Seconds of load before anything is measured: ${DEFAULT-VALUE}.")
    private int warmUpSeconds;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "Seconds that are measured: ${DEFAULT-VALUE}.")
    private int seconds;

    int fleetDevices() {
        return fleet;
    }

    private Duration warmUp() {
        return Duration.ofSeconds(warmUpSeconds);
    }

    private Duration measured() {
        return Duration.ofSeconds(seconds);
    }

    Benchmark connect() {
        return new ConnectBenchmark(
                Math.min(WARM_UP_CONNECTS, fleet), rounds, connects, connecting);
    }

    Benchmark idle() {
        int first = Math.min(IDLE_CONNECTIONS_FIRST, fleet / 2);
        return new IdleBenchmark(
                List.of(first, (first + fleet) / 2, fleet),
                Math.min(WARM_UP_CONNECTS, fleet),
                SETTLING);
    }

    Benchmark ingest() {
        return new IngestBenchmark(Math.min(publishers, fleet), window, warmUp(), measured());
    }
}
