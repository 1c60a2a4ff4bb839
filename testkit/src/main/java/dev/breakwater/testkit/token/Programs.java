/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs the programs that make tokens. */
final class Programs {

    private static final int RUN_SECONDS_MAX = 60;

    private Programs() {}

    /** Which of these is missing, as a reason to skip a test. */
    static Optional<String> missing(List<Path> files, String... namesAndPackages) {
        for (Path file : files) {
            if (!Files.exists(file)) {
                return Optional.of(file + " is not installed");
            }
        }
        for (int i = 0; i < namesAndPackages.length; i += 2) {
            String program = namesAndPackages[i];
            boolean onPath =
                    Arrays.stream(System.getenv("PATH").split(":", -1))
                            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
            if (!onPath) {
                return Optional.of(program + " needs Debian package " + namesAndPackages[i + 1]);
            }
        }
        return Optional.empty();
    }

    /** Runs one to its end and returns whether it succeeded; what it said lies in a file. */
    static boolean run(Path directory, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Process process = start(directory, environment, command);
        if (!process.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS)) {
            end(process);
            throw new IOException(command[0] + " did not end within a minute");
        }
        return process.exitValue() == 0;
    }

    /** Runs one that must succeed. */
    static void require(Path directory, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        if (!run(directory, environment, command)) {
            throw new IOException(
                    command[0]
                            + " failed:\n"
                            + Files.readString(log(directory, command[0]), UTF_8));
        }
    }

    /** Starts one that goes on; its output is appended to a file named after it. */
    static Process start(Path directory, Map<String, String> environment, String... command)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        log(directory, command[0]).toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    static void end(Process process) {
        process.destroyForcibly();
        var _ = process.onExit().join();
    }

    static Path log(Path directory, String program) {
        return directory.resolve(program + ".log");
    }

    static Path pinFile(Path directory) throws IOException {
        Path file =
                Files.createFile(
                        directory.resolve("pin"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, TestToken.PIN + "\n");
    }
}
