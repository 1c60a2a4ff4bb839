/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.device.update.launch.Launcher;
import dev.breakwater.device.update.slot.ArchiveLimits;
import dev.breakwater.device.update.slot.ArtifactRefused;
import dev.breakwater.device.update.slot.DirectorySlots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tank as it is shipped: its first version lies in a slot, and its launcher starts whatever is to
 * run in processes of their own, again and again.
 */
final class LaunchedTank implements AutoCloseable {

    static final String HARDWARE = "rev-a";

    private static final String TRIAL_SECONDS = "120";

    private final Path directory;
    private Optional<RunningProcess> launcher = Optional.empty();

    /** Installs a first version. */
    LaunchedTank(Path directory, Path archive) throws IOException, ArtifactRefused {
        this.directory = Files.createDirectories(directory);
        Files.writeString(directory.resolve("data.hardware"), HARDWARE + "\n");
        DirectorySlots.install(slots(), archive, ArchiveLimits.usual());
    }

    /** The directory of its sealed storage. */
    Path data() {
        return directory.resolve("data");
    }

    /**
     * Starts the launcher.
     *
     * @param environment added to its environment and that of what it starts
     * @param besides what is on the class path besides the version's own jars
     * @param program the main class of each version, and its words
     */
    void switchOn(Map<String, String> environment, List<Path> besides, String... program)
            throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> classPath = new ArrayList<>(List.of("{slot}/lib/*"));
        besides.forEach(path -> classPath.add(path.toString()));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx16m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Launcher.class.getName(),
                                "run",
                                slots().toString(),
                                TRIAL_SECONDS,
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                String.join(System.getProperty("path.separator"), classPath)));
        command.addAll(List.of(program));
        launcher = Optional.of(RunningProcess.watch(environment, command));
    }

    /** Waits for a line that begins so, and returns the rest of it. */
    String awaitLine(String beginning) throws InterruptedException {
        return launcher.orElseThrow()
                .awaitLine(line -> line.startsWith(beginning), Maker.PATIENCE)
                .substring(beginning.length());
    }

    /** What launcher and tank have said on their console. */
    String said() {
        return String.join("\n", launcher.orElseThrow().out()) + "\n";
    }

    private Path slots() {
        return directory.resolve("slots");
    }

    /** Pulls the plug. */
    @Override
    public void close() {
        launcher.ifPresent(
                running -> {
                    List<ProcessHandle> started =
                            ProcessHandle.of(running.processId()).stream()
                                    .flatMap(ProcessHandle::descendants)
                                    .toList();
                    running.close();
                    started.forEach(ProcessHandle::destroyForcibly);
                    started.forEach(process -> process.onExit().join());
                });
    }
}
