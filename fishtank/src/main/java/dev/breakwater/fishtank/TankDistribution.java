/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Builds a release of the tank as an archive for a slot, out of the jars that the builder itself
 * runs from. The same jars, root and description give the same bytes.
 *
 * <pre>{@code
 * java -cp lib/* dev.breakwater.fishtank.TankDistribution tank-1.1.zip root.json fish-tank 1.1 2 0.0
 * java -cp lib/* dev.breakwater.device.update.launch.Launcher install slots tank-1.0.zip
 * java -cp lib/* dev.breakwater.device.update.launch.Launcher run slots 600 \
 *         java -cp {slot}/lib/* dev.breakwater.fishtank.FishTankFirmware provisioning.json data
 * }</pre>
 */
public final class TankDistribution {

    private static final String USAGE =
            "usage: TankDistribution <archive> <root.json> <product> <version> <counter>"
                    + " <thermometer offset in degrees Celsius>";

    /** What the tank needs of what the builder runs from, by the beginning of the jar's name. */
    private static final List<String> NEEDED =
            List.of(
                    "breakwater-device",
                    "breakwater-fishtank",
                    "breakwater-protocol",
                    "bcpkix",
                    "bcprov",
                    "bcutil",
                    "jackson-",
                    "jspecify",
                    "slf4j-api");

    /** Modules that are not packaged yet, by the folder they are compiled into. */
    private static final List<String> MODULES = List.of("device", "fishtank", "protocol");

    /** So that an archive does not depend on when it was built. */
    private static final LocalDateTime DATED = LocalDateTime.of(2026, 1, 1, 0, 0);

    private TankDistribution() {}

    /**
     * What a release says of itself.
     *
     * @param product as the description of the release has it
     * @param version such as 1.1
     * @param counter its release counter
     * @param thermometerOffsetCelsius its calibration; a wrong one fails the tank's health
     */
    public record Described(
            String product, String version, long counter, double thermometerOffsetCelsius) {

        private String text() {
            return String.format(
                    Locale.ROOT,
                    "product = %s%nversion = %s%ncounter = %d%nthermometer-offset-celsius = %s%n",
                    product,
                    version,
                    counter,
                    thermometerOffsetCelsius);
        }
    }

    /**
     * Writes an archive.
     *
     * @param archive where to; replaced if it is there
     * @param root the product's {@code root.json}, where trust in releases begins
     * @throws IOException if it cannot be written, or this process does not run from a tank's jars
     */
    public static void write(Path archive, byte[] root, Described described) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (Path entry : classPath()) {
            if (Files.isDirectory(entry)) {
                files.put("lib/breakwater-" + module(entry) + ".jar", jar(entry));
            } else {
                files.put("lib/" + entry.getFileName(), Files.readAllBytes(entry));
            }
        }
        if (files.isEmpty()) {
            throw new IOException("no jar of the tank is on the class path");
        }
        files.put(TankRelease.ROOT, root);
        files.put(TankRelease.FILE, described.text().getBytes(StandardCharsets.UTF_8));
        try (OutputStream out = Files.newOutputStream(archive)) {
            zip(files, out);
        }
    }

    private static List<Path> classPath() {
        List<Path> needed = new ArrayList<>();
        String separator = System.getProperty("path.separator");
        for (String word : System.getProperty("java.class.path").split(separator, -1)) {
            Path entry = Path.of(word).toAbsolutePath();
            String name = String.valueOf(entry.getFileName());
            boolean jar = name.endsWith(".jar") && NEEDED.stream().anyMatch(name::startsWith);
            boolean compiled =
                    entry.endsWith(Path.of("target", "classes")) && MODULES.contains(module(entry));
            if ((jar || compiled) && Files.exists(entry)) {
                needed.add(entry);
            }
        }
        return needed;
    }

    /** Of which module these are the compiled classes. */
    private static String module(Path classes) {
        return String.valueOf(classes.resolve("../..").normalize().getFileName());
    }

    private static byte[] jar(Path classes) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (var all = Files.walk(classes)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(file).toString().replace('\\', '/');
                files.put(name, Files.readAllBytes(file));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        zip(files, bytes);
        return bytes.toByteArray();
    }

    private static void zip(SortedMap<String, byte[]> files, OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        for (var file : files.entrySet()) {
            ZipEntry entry = new ZipEntry(file.getKey());
            entry.setTimeLocal(DATED);
            zip.putNextEntry(entry);
            zip.write(file.getValue());
            zip.closeEntry();
        }
        zip.finish();
    }

    /** Writes one archive. */
    public static void main(String[] words) {
        if (words.length != 6) {
            System.err.println(USAGE);
            System.exit(2);
        }
        try {
            write(
                    Path.of(words[0]),
                    Files.readAllBytes(Path.of(words[1])),
                    new Described(
                            words[2],
                            words[3],
                            Long.parseLong(words[4]),
                            Double.parseDouble(words[5])));
        } catch (IOException | NumberFormatException unusable) {
            System.err.println("The archive cannot be written: " + unusable.getMessage());
            System.exit(1);
        }
    }
}
