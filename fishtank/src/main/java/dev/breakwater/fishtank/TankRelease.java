/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.update.launch.Launcher;
import dev.breakwater.device.update.slot.ArchiveLimits;
import dev.breakwater.device.update.slot.DirectorySlots;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.fishtank.hardware.TankHardware;
import dev.breakwater.fishtank.hardware.Thermometer;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The release that runs, as it lies in its slot: its jars in {@code lib}, the root of trust in
 * {@value #ROOT}, and in {@value #FILE} what it is and how its sensors are calibrated.
 *
 * <pre>
 * product = fish-tank
 * version = 1.1
 * counter = 2
 * thermometer-offset-celsius = 0.0
 * </pre>
 *
 * @param slots where the slots are
 * @param running in which of them it lies
 * @param product as the descriptions of its releases have it
 * @param version its version
 * @param counter its release counter
 * @param thermometerOffsetCelsius what is added to what the thermometer reads
 */
public record TankRelease(
        Path slots,
        Slot running,
        String product,
        ReleaseVersion version,
        long counter,
        double thermometerOffsetCelsius) {

    static final String FILE = "release.properties";
    static final String ROOT = "root.json";

    private static final int BYTES_MAX = 4096;
    private static final Set<String> MEMBERS =
            Set.of("product", "version", "counter", "thermometer-offset-celsius");

    /**
     * The release that a launcher started, by the environment it gave.
     *
     * @return empty if no launcher did, or if what it started is no release
     * @throws IOException if the release's file cannot be read or says what no release says
     */
    public static Optional<TankRelease> started(Map<String, String> environment)
            throws IOException {
        String slots = environment.get(Launcher.SLOTS_VARIABLE);
        Optional<Slot> slot = Slot.ofCode(environment.getOrDefault(Launcher.SLOT_VARIABLE, ""));
        if (slots == null || slot.isEmpty()) {
            return Optional.empty();
        }
        Path base = Path.of(slots);
        Path file =
                DirectorySlots.open(base, ArchiveLimits.usual())
                        .directory(slot.get())
                        .resolve(FILE);
        return Files.exists(file) ? Optional.of(read(base, slot.get(), file)) : Optional.empty();
    }

    private static TankRelease read(Path slots, Slot running, Path file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(
                    new StringReader(new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8)));
        }
        if (!properties.stringPropertyNames().equals(MEMBERS)) {
            throw new IOException(
                    file + " has product, version, counter and thermometer-offset-celsius");
        }
        try {
            return new TankRelease(
                    slots,
                    running,
                    properties.getProperty("product"),
                    new ReleaseVersion(properties.getProperty("version")),
                    Long.parseLong(properties.getProperty("counter")),
                    Double.parseDouble(properties.getProperty("thermometer-offset-celsius")));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + ": " + malformed.getMessage(), malformed);
        }
    }

    /** What the version that runs is called, or that of its jar if it is no release. */
    static String version(Optional<TankRelease> release) {
        if (release.isPresent()) {
            return release.get().version().text();
        }
        String built = FishTankFirmware.class.getPackage().getImplementationVersion();
        return built == null ? "development" : built;
    }

    /** What the tank reports of it in its state. */
    ObjectNode reported() {
        ObjectNode patch = JsonMapper.shared().createObjectNode();
        patch.putObject("firmware").put("version", version.text());
        return patch;
    }

    /** Where the root of trust lies that it was shipped with. */
    Path root() throws IOException {
        return DirectorySlots.open(slots, ArchiveLimits.usual()).directory(running).resolve(ROOT);
    }

    /** The tank's parts as this release has calibrated them. */
    TankHardware calibrated(TankHardware hardware) {
        Thermometer raw = hardware.thermometer();
        return new TankHardware(
                () -> raw.readCelsius() + thermometerOffsetCelsius,
                hardware.lightSensor(),
                hardware.lamp(),
                hardware.heater(),
                hardware.feeder(),
                hardware.button(),
                hardware.lid());
    }
}
