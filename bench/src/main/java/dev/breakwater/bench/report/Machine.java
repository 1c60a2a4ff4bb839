/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where something was measured.
 *
 * @param loadBefore the machine's load average when measuring began: figures of a busy machine are
 *     worth little
 */
public record Machine(
        String processor,
        int processors,
        double memoryGibibytes,
        String kernel,
        String java,
        double loadBefore) {

    private static final double KIBIBYTES_PER_GIBIBYTE = 1 << 20;

    /** This one. */
    public static Machine here() throws IOException {
        return new Machine(
                entry(Path.of("/proc/cpuinfo"), "model name"),
                Runtime.getRuntime().availableProcessors(),
                Double.parseDouble(entry(Path.of("/proc/meminfo"), "MemTotal").replace(" kB", ""))
                        / KIBIBYTES_PER_GIBIBYTE,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor") + " " + System.getProperty("java.vm.version"),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String entry(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d x %s, %.0f GiB, %s, %s, load average %.2f at the start",
                processors,
                processor,
                memoryGibibytes,
                kernel,
                java,
                loadBefore);
    }
}
