/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench;

import dev.breakwater.bench.measure.Benchmark;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What can be asked for. */
enum BenchmarkName {
    CONNECT,
    IDLE,
    INGEST,
    READ,
    COMMAND,
    REVOKE,
    ROGUE,
    SEAL,
    SCAN,
    ARTIFACT,
    STORM,
    SOAK,
    ALL;

    /** The benchmarks behind the names, each once, in the order of this enumeration. */
    static List<Benchmark> expanded(List<BenchmarkName> wanted, BenchmarkOptions options) {
        Stream<BenchmarkName> names =
                Arrays.stream(values())
                        .filter(name -> name != ALL)
                        .filter(name -> wanted.contains(ALL) || wanted.contains(name));
        return names.map(name -> name.benchmark(options)).toList();
    }

    private Benchmark benchmark(BenchmarkOptions options) {
        return switch (this) {
            case CONNECT -> options.connect();
            case IDLE -> options.idle();
            case INGEST -> options.ingest();
            case READ -> options.read();
            case COMMAND -> options.command();
            case REVOKE -> options.revoke();
            case ROGUE -> options.rogue();
            case SEAL -> options.seal();
            case SCAN -> options.scan();
            case ARTIFACT -> options.artifact();
            case STORM -> options.storm();
            case SOAK -> options.soak();
            case ALL -> throw new IllegalStateException("all is not one benchmark");
        };
    }

    /** As it is written. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
