/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.device.update.launch.Launcher;
import dev.breakwater.device.update.slot.ArchiveLimits;
import dev.breakwater.device.update.slot.ArtifactRefused;
import dev.breakwater.device.update.slot.DirectorySlots;
import dev.breakwater.fishtank.FishTankFirmware;
import dev.breakwater.fishtank.TankDistribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A tank as it is shipped: its software lies in a slot, and its launcher starts that in a process
 * of its own. Its sensors are simulated.
 */
final class ShippedTank implements AutoCloseable {

    static final String HARDWARE = "rev-a";

    private static final String TRIAL_SECONDS = "60";

    private final Path directory;
    private final Path data;
    private final Path provisioning;
    private @Nullable Process launcher;

    ShippedTank(Path directory, String serial) {
        this.directory = directory.resolve(serial);
        this.data = this.directory.resolve("data");
        this.provisioning = this.directory.resolve("provisioning.json");
    }

    /**
     * What the factory leaves in it.
     *
     * @param release the archive of its first version
     * @param provisioned where its server is, and the code to enroll with
     */
    void build(Path release, String provisioned) throws IOException, ArtifactRefused {
        Files.createDirectories(directory);
        Files.writeString(provisioning, provisioned);
        Files.writeString(directory.resolve("data.hardware"), HARDWARE);
        DirectorySlots.install(slots(), release, ArchiveLimits.usual());
    }

    /** Writes the archive of a version, out of what this demo itself runs from. */
    static Path archive(
            Path directory, byte[] root, String product, String version, long counter, double off)
            throws IOException {
        Path archive = directory.resolve("tank-%s.zip".formatted(version));
        TankDistribution.write(
                archive, root, new TankDistribution.Described(product, version, counter, off));
        return archive;
    }

    void switchOn() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        launcher =
                new ProcessBuilder(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx16m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Launcher.class.getName(),
                                "run",
                                slots().toString(),
                                TRIAL_SECONDS,
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx64m",
                                "-cp",
                                "{slot}/lib/*",
                                FishTankFirmware.class.getName(),
                                provisioning.toString(),
                                data.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("said").toFile())
                        .start();
    }

    /** What launcher and tank have said on their console. */
    String said() throws IOException {
        return Files.readString(directory.resolve("said"));
    }

    private Path slots() {
        return directory.resolve("slots");
    }

    /** Pulls the plug. */
    @Override
    public void close() {
        if (launcher == null) {
            return;
        }
        launcher.descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            boolean _ = launcher.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
