/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.wifi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs nmcli: arguments as a list and never through a shell, in the C locale so that what it says
 * can be read, and not longer than it is given.
 */
final class Nmcli {

    /**
     * What it answered.
     *
     * @param exit its exit code, of those in nmcli(1)
     * @param output what it printed, errors included
     */
    record Answer(int exit, String output) {

        boolean succeeded() {
            return exit == 0;
        }

        /** What it printed, on one line and not at length, for a log or an exception. */
        String words() {
            String line = output.strip().replaceAll("[^ -~]+", " ");
            return line.length() > 200 ? line.substring(0, 200) : line;
        }
    }

    private static final int OUTPUT_BYTES_MAX = 256 * 1024;

    private final Path program;

    Nmcli(Path program) {
        this.program = program;
    }

    /**
     * Runs it and waits.
     *
     * @throws IOException if it cannot be run or takes longer
     */
    Answer run(Duration timeMax, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH", "DBUS_SYSTEM_BUS_ADDRESS"));
        environment.put("LC_ALL", "C");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            CompletableFuture<String> output = new CompletableFuture<>();
            Thread.ofVirtual()
                    .name("breakwater-nmcli")
                    .start(() -> read(process.getInputStream(), output));
            if (!process.waitFor(timeMax.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "nmcli did not answer within %d seconds".formatted(timeMax.toSeconds()));
            }
            return new Answer(process.exitValue(), output.join());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            var _ = process.destroyForcibly();
        }
    }

    /** Reads to the end, lest the program wait for us, and keeps what a radio may have to say. */
    private static void read(InputStream stream, CompletableFuture<String> output) {
        try (stream) {
            String text = new String(stream.readNBytes(OUTPUT_BYTES_MAX), UTF_8);
            long _ = stream.skip(Long.MAX_VALUE);
            output.complete(text);
        } catch (IOException ended) {
            output.complete("");
        }
    }
}
