/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Debian program a test drives: absent, the test is skipped; present, its verdict counts. */
public final class OutsideProgram {

    private final Path workingDirectory;
    private final Map<String, String> environment;

    /** Programs run in this directory, with these variables besides the usual ones. */
    public OutsideProgram(Path workingDirectory, Map<String, String> environment) {
        this.workingDirectory = workingDirectory;
        this.environment = Map.copyOf(environment);
    }

    /** What a program said, on both streams, and its exit code. */
    public record Outcome(int exitCode, String output) {}

    /** Skips the test unless the program is installed. */
    public static void assumeInstalled(String program, String debianPackage) {
        boolean onPath =
                Arrays.stream(System.getenv("PATH").split(":", -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        assumeTrue(onPath, program + " needs Debian package " + debianPackage);
    }

    /** Runs a program to its end, at most a minute. */
    public Outcome run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(workingDirectory, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(command));
        builder.directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command[0] + " did not end within a minute");
        }
        return new Outcome(
                process.exitValue(),
                new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
    }
}
