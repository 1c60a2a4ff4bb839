/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.CommandRun;
import dev.breakwater.cli.client.ProfileFile;
import dev.breakwater.fishtank.TankDistribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Whoever builds, signs and rolls out the releases of a product, at the command line. */
final class Maker {

    /** Several processes of Java may start in it, one after the other, on a busy machine. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Administrator administrator;
    private final String product;
    private final Path directory;

    /**
     * Makes release keys, of which the server gets none.
     *
     * @param product its id
     * @param directory where settings, keys and archives lie; made if need be
     */
    Maker(Administrator administrator, String product, Path directory) throws IOException {
        this.administrator = administrator;
        this.product = product;
        this.directory = directory;
        Path profile = directory.resolve("settings/breakwater/profile.toml");
        Files.createDirectories(profile.getParent());
        try (ProfileFile.Reservation reservation = new ProfileFile(profile).reserve(false)) {
            reservation.store(administrator.profile());
        }
        Files.createFile(
                passphrase(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passphrase(), "coral lagoon tide wreck\n");
        run(
                "release",
                "keys",
                "init",
                "--product",
                product,
                "--directory",
                keys().toString(),
                "--root-passphrase-file",
                passphrase().toString(),
                "--release-passphrase-file",
                passphrase().toString());
    }

    /** States who is asked before a device installs. */
    void asks(String consent) {
        run("product", "update-policy", "set", product, "--consent", consent);
    }

    /**
     * Builds the archive of a version, out of the classes under test.
     *
     * @param offsetCelsius its calibration; a wrong one fails the tank's health
     */
    Path archive(String version, long counter, double offsetCelsius) throws IOException {
        Path archive = directory.resolve("tank-%s.zip".formatted(version));
        TankDistribution.write(
                archive,
                Files.readAllBytes(keys().resolve("root.json")),
                new TankDistribution.Described(product, version, counter, offsetCelsius));
        return archive;
    }

    /** Builds, signs and publishes a version, and offers it to one device. */
    void rollOut(String version, long counter, double offsetCelsius, String serial)
            throws IOException {
        run(
                "release",
                "publish",
                archive(version, counter, offsetCelsius).toString(),
                "--product",
                product,
                "--version",
                version,
                "--counter",
                Long.toString(counter),
                "--hardware",
                LaunchedTank.HARDWARE,
                "--notes",
                "The light dims slowly in the evening.",
                "--key",
                keys().resolve("release-1.pem").toString(),
                "--passphrase-file",
                passphrase().toString());
        run(
                "rollout",
                "propose",
                product,
                version,
                "--serials",
                serial,
                "--wave",
                "100%:0s",
                "--failures-tolerated",
                "0");
    }

    /** Waits until the rollout of a version is in a state, and returns it. */
    JsonNode awaitRollout(String version, String state) {
        return await(
                () ->
                        administrator
                                .rollouts()
                                .valueStream()
                                .filter(all -> all.path("version").asString().equals(version))
                                .findFirst()
                                .orElse(MissingNode.getInstance()),
                rollout -> rollout.path("state").asString("").equals(state));
    }

    /**
     * Waits until a device has enrolled and reported that it runs a version; returns the device.
     */
    JsonNode awaitRunning(String serial, String version) {
        JsonNode device =
                await(() -> administrator.device(serial), found -> found.path("id").isString());
        var _ =
                await(
                        () -> administrator.reported(device.path("id").asString()),
                        told -> told.at("/firmware/version").asString("").equals(version));
        return device;
    }

    private interface Look {
        JsonNode look();
    }

    private static JsonNode await(Look look, Predicate<JsonNode> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonNode seen = look.look();
            if (wanted.test(seen)) {
                return seen;
            }
            assertThat(System.nanoTime()).as("it stands at %s", seen).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private void run(String... words) {
        CommandRun run = CommandRun.of(directory.resolve("settings"), words);
        assertThat(run.exitCode()).as("%s", run).isZero();
    }

    private Path keys() {
        return directory.resolve("keys");
    }

    private Path passphrase() {
        return directory.resolve("passphrase");
    }
}
