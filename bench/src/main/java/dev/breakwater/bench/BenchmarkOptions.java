/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench;

import dev.breakwater.bench.measure.ArtifactBenchmark;
import dev.breakwater.bench.measure.Benchmark;
import dev.breakwater.bench.measure.CommandBenchmark;
import dev.breakwater.bench.measure.ConnectBenchmark;
import dev.breakwater.bench.measure.IdleBenchmark;
import dev.breakwater.bench.measure.IngestBenchmark;
import dev.breakwater.bench.measure.ReadBenchmark;
import dev.breakwater.bench.measure.RevokeBenchmark;
import dev.breakwater.bench.measure.RogueBenchmark;
import dev.breakwater.bench.measure.ScanBenchmark;
import dev.breakwater.bench.measure.SealBenchmark;
import dev.breakwater.bench.measure.SoakBenchmark;
import dev.breakwater.bench.measure.StormBenchmark;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** How much of everything. The defaults are what the figures are defined by. */
final class BenchmarkOptions {

    private static final int WARM_UP_CONNECTS = 5_000;
    private static final int IDLE_CONNECTIONS_FIRST = 2_000;
    private static final Duration SETTLING = Duration.ofSeconds(5);
    private static final int COMMANDED = 500;
    private static final int REVOKED_TO_WARM_UP = 500;
    private static final int OPERATORS = 4;
    private static final int CALM_DEVICES = 1_000;
    private static final Duration CALM_PERIOD = Duration.ofMillis(500);
    private static final Duration STORM_PERIOD = Duration.ofSeconds(5);
    private static final int SCANNED_BYTES = 96 << 20;
    private static final int ARTIFACT_MEBIBYTES = 256;
    private static final int SOAKING_DEVICES = 2_000;

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
            defaultValue = "6000",
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
            defaultValue = "3000",
            description = "ingest: devices that publish: ${DEFAULT-VALUE}.")
    private int publishers;

    @Option(
            names = "--window",
            paramLabel = "NUMBER",
            defaultValue = "10",
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

    @Option(
            names = "--readers",
            paramLabel = "CONNECTIONS",
            defaultValue = "32",
            description = "read: connections that read one device each: ${DEFAULT-VALUE}.")
    private int readers;

    @Option(
            names = "--commands",
            paramLabel = "NUMBER",
            defaultValue = "500",
            description = "command: commands a second: ${DEFAULT-VALUE}.")
    private int commandsPerSecond;

    @Option(
            names = "--revocations",
            paramLabel = "DEVICES",
            defaultValue = "1000",
            description = "revoke: connected devices that are revoked: ${DEFAULT-VALUE}.")
    private int revocations;

    @Option(
            names = "--storm",
            paramLabel = "DEVICES",
            defaultValue = "10000",
            description = "storm, command: devices that are connected: ${DEFAULT-VALUE}.")
    private int storm;

    @Option(
            names = "--back-off",
            paramLabel = "SECONDS",
            defaultValue = "8",
            description = "storm: the longest span a device waits a part of: ${DEFAULT-VALUE}.")
    private int backOffSeconds;

    @Option(
            names = "--minutes",
            paramLabel = "MINUTES",
            defaultValue = "30",
            description = "soak: how long it takes: ${DEFAULT-VALUE}.")
    private int minutes;

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
        // Each device several times: it is known then, and the server's code is compiled,
        // which takes a server its first minutes.
        return new ConnectBenchmark(4 * fleet, rounds, connects, connecting);
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

    Benchmark read() {
        // As for commands: much code, which is compiled by and by.
        return new ReadBenchmark(readers, warmUp().multipliedBy(4), measured());
    }

    Benchmark command() {
        int commanded = Math.min(COMMANDED, fleet / 10);
        return new CommandBenchmark(
                Math.min(storm, fleet - commanded),
                commanded,
                commandsPerSecond,
                // Behind the API there is much code, and few commands a second to compile it by.
                warmUp().multipliedBy(4),
                measured());
    }

    Benchmark revoke() {
        int measuredDevices = Math.min(revocations, fleet / 2);
        return new RevokeBenchmark(
                measuredDevices, Math.min(REVOKED_TO_WARM_UP, fleet / 2), OPERATORS);
    }

    Benchmark seal() {
        return new SealBenchmark();
    }

    Benchmark scan() {
        return new ScanBenchmark(SCANNED_BYTES);
    }

    Benchmark artifact() {
        return new ArtifactBenchmark(ARTIFACT_MEBIBYTES);
    }

    Benchmark rogue() {
        return new RogueBenchmark(
                Math.min(CALM_DEVICES, fleet - 10), CALM_PERIOD, warmUp(), measured());
    }

    Benchmark storm() {
        return new StormBenchmark(
                Math.min(storm, fleet),
                STORM_PERIOD,
                Duration.ofSeconds(backOffSeconds),
                Duration.ofSeconds(Math.min(warmUpSeconds, seconds)));
    }

    Benchmark soak() {
        return new SoakBenchmark(Math.min(SOAKING_DEVICES, fleet / 2), Duration.ofMinutes(minutes));
    }
}
