/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

/** One thing that is measured. */
public interface Benchmark {

    /** As it is written on the command line and in results. */
    String name();

    /** Whether it measures servers with many devices; what measures code alone waits for none. */
    default boolean needsFleet() {
        return true;
    }

    /** Measures, and adds the figures and what they must be to the results. */
    void run(Contest contest) throws Exception;
}
