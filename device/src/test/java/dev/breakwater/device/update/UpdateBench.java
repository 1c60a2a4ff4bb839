/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.Pause;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.device.update.slot.ArchiveLimits;
import dev.breakwater.device.update.slot.Artifact;
import dev.breakwater.device.update.slot.BootChoice;
import dev.breakwater.device.update.slot.BootSelector;
import dev.breakwater.device.update.slot.BootTurn;
import dev.breakwater.device.update.slot.DirectorySlots;
import dev.breakwater.device.update.slot.ImageSlots;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.device.update.slot.Slots;
import dev.breakwater.device.update.slot.UbootEnvironment;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.TestTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A device with two slots, of either kind, and its boot loader. */
final class UpdateBench {

    /** What the slots are. */
    enum Kind {
        DIRECTORIES,
        IMAGES
    }

    static final int IMAGE_SLOT_BYTES = 256 * 1024;
    private static final int ENVIRONMENT_BYTES = 512;

    final Kind kind;
    final TestClock clock;
    final TestTime time;
    UpdateTerms terms =
            new UpdateTerms(2, Duration.ofMinutes(5), Duration.ofSeconds(30), 1024, 64 * 1024);

    /** What keeps the floor. */
    Function<SealedStorage, RollbackFloor> floors = SealedFloor::new;

    UpdateBench(Kind kind) {
        this.kind = kind;
        this.clock = TestClock.atPresent();
        this.time = new TestTime(clock);
    }

    /** An artifact that says which version it is. */
    byte[] artifact(String version) {
        byte[] noise = new byte[150_000];
        new Random(version.hashCode()).nextBytes(noise);
        if (kind == Kind.IMAGES) {
            byte[] image = ("image " + version + "\n").getBytes(UTF_8);
            byte[] whole = Arrays.copyOf(image, 200_000);
            System.arraycopy(noise, 0, whole, 100_000, 100_000);
            return whole;
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("version", version.getBytes(UTF_8));
        files.put("lib/tank.jar", noise);
        return zip(files);
    }

    static byte[] zip(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                // The same bytes whenever they are made.
                entry.setTimeLocal(LocalDateTime.of(2026, 11, 1, 0, 0));
                zip.putNextEntry(entry);
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }

    InstallationOrder order(String version, long counter) {
        return order(version, counter, artifact(version));
    }

    static InstallationOrder order(String version, long counter, byte[] artifact) {
        return InstallationOrder.vouchedFor(
                version, describe(version, artifact), counter, counter / 2);
    }

    static Artifact describe(String path, byte[] artifact) {
        return new Artifact(path, artifact.length, sha256(artifact));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Serves every version. */
    ArtifactSource source() {
        return (path, offset) -> {
            byte[] whole = artifact(path);
            return new ByteArrayInputStream(whole, (int) offset, whole.length - (int) offset);
        };
    }

    /** What the factory does: version 1.0 in slot a. */
    void make(Path root) throws Exception {
        switch (kind) {
            case DIRECTORIES -> {
                Path archive = root.resolve("first.zip");
                Files.write(archive, artifact("1.0"));
                DirectorySlots.install(root.resolve("slots"), archive, ArchiveLimits.usual());
                Files.delete(archive);
            }
            case IMAGES -> {
                Files.write(
                        root.resolve("a.img"), Arrays.copyOf(artifact("1.0"), IMAGE_SLOT_BYTES));
                Files.write(root.resolve("b.img"), new byte[IMAGE_SLOT_BYTES]);
                Files.write(root.resolve("env1"), new byte[ENVIRONMENT_BYTES]);
                Files.write(root.resolve("env2"), new byte[ENVIRONMENT_BYTES]);
                selector(root).write(BootChoice.of(Slot.A));
            }
        }
    }

    Slots slots(Path root) throws IOException {
        return switch (kind) {
            case DIRECTORIES -> DirectorySlots.open(root.resolve("slots"), ArchiveLimits.usual());
            case IMAGES -> new ImageSlots(root.resolve("a.img"), root.resolve("b.img"));
        };
    }

    BootSelector selector(Path root) throws IOException {
        return switch (kind) {
            case DIRECTORIES ->
                    DirectorySlots.open(root.resolve("slots"), ArchiveLimits.usual()).selector();
            case IMAGES ->
                    new UbootEnvironment(
                            new UbootEnvironment.Copy(root.resolve("env1"), 0),
                            new UbootEnvironment.Copy(root.resolve("env2"), 0),
                            ENVIRONMENT_BYTES,
                            Map.of("bootcmd", "run breakwater"));
        };
    }

    /** The boot loader's turn. */
    Slot boot(Path root) throws IOException {
        if (kind == Kind.DIRECTORIES) {
            DirectorySlots slots =
                    DirectorySlots.open(root.resolve("slots"), ArchiveLimits.usual());
            return BootTurn.take(slots, slots.selector()).slot();
        }
        // What the script of docs/how-to/update-slots.md does; without a record it boots a.
        BootSelector selector = selector(root);
        BootChoice choice = selector.read().orElse(BootChoice.of(Slot.A));
        if (choice.trial().isEmpty() || choice.trial().get().bootsLeft() == 0) {
            return choice.confirmed();
        }
        selector.write(choice.withTrial(choice.trial().get().bootsLeft() - 1));
        return choice.trial().get().slot();
    }

    SealedStorage survivors(Path root) throws IOException {
        return new SealedStorage(
                DirectoryDisk.open(root.resolve("survivors")),
                WrappingKeyFile.openOrCreate(root.resolve("survivors.key")),
                StorageManifest.ofSurvivors(),
                clock);
    }

    RollbackFloor floor(Path root) throws IOException {
        return floors.apply(survivors(root));
    }

    Updater open(Path root, Slot running) throws IOException {
        return Updater.open(
                slots(root),
                selector(root),
                running,
                survivors(root),
                floor(root),
                terms,
                new AgentEnvironment(clock, time::rest, new Random(7)));
    }

    /** With a timer and a pause of one's own. */
    Updater openTimed(Path root, Slot running, LongSupplier nanoTime, Pause pause)
            throws IOException {
        return new Updater(
                slots(root),
                selector(root),
                running,
                survivors(root),
                floor(root),
                terms,
                new AgentEnvironment(clock, pause, new Random(7)),
                nanoTime);
    }

    /** Which version lies whole in a slot. */
    String version(Path root, Slot slot) throws Exception {
        for (String version : new String[] {"1.0", "1.1", "1.2"}) {
            if (holds(root, slot, version)) {
                return version;
            }
        }
        throw new AssertionError("slot " + slot + " holds no version that was ever signed");
    }

    private boolean holds(Path root, Slot slot, String version) throws IOException {
        byte[] artifact = artifact(version);
        if (kind == Kind.IMAGES) {
            byte[] image = Files.readAllBytes(root.resolve(slot.code() + ".img"));
            return image.length == IMAGE_SLOT_BYTES
                    && Arrays.equals(Arrays.copyOf(image, artifact.length), artifact);
        }
        Path tree = root.resolve("slots").resolve(slot.code());
        if (!Files.exists(tree.resolve("version"))
                || !Files.exists(tree.resolve("lib/tank.jar"))
                || !Files.readString(tree.resolve("version")).equals(version)) {
            return false;
        }
        byte[] noise = new byte[150_000];
        new Random(version.hashCode()).nextBytes(noise);
        return Arrays.equals(Files.readAllBytes(tree.resolve("lib/tank.jar")), noise);
    }
}
