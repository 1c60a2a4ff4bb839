/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.device.update.TpmFloor;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.token.BareTpm;
import dev.breakwater.testkit.update.PlayedServer;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thief copies a device's whole medium, slots and keys to the storage included, waits until it
 * has its repair, with a floor, and puts the copy back: to have a release installed that is newer
 * than the copy, genuine, and older than the repair.
 */
@Timeout(120)
class PutBackStorageTest {

    private static final byte[] WEAK = UpdatedDevice.archive("1.1", 2);
    private static final byte[] REPAIRED = UpdatedDevice.archive("1.2", 3);

    @TempDir Path directory;
    private PlayedServer server;
    private Path medium;
    private Path copy;

    @BeforeEach
    void setUp() throws Exception {
        server =
                new PlayedServer(
                        TestPki.create(TestClock.atPresent()),
                        TestClock.atPresent(),
                        DeviceId.fresh());
        server.publish("1.1", 2, WEAK);
        server.publish(PlayedServer.description("1.2", 3, 3), REPAIRED);
        server.acceptAlways();
        medium = Files.createDirectory(directory.resolve("medium"));
        copy = directory.resolve("copy");
    }

    @AfterEach
    void tearDown() throws Exception {
        server.close();
    }

    private void offer(String version, byte[] artifact) throws Exception {
        server.send(
                PlayedServer.offer(
                        UUID.randomUUID(),
                        version,
                        UpdateConsent.AUTOMATIC,
                        server.statement(version, artifact)));
    }

    /** What runs from this start on; words from before it may still come. */
    private void runs(String version) throws Exception {
        UpdateStatus told = server.hears();
        while (!(told instanceof UpdateStatus.Running running)) {
            told = server.hears();
        }
        assertThat(running.version().text()).isEqualTo(version);
    }

    /** From the offer of the repair to the device that runs it, and the copy from before. */
    private void repairedAndPutBack(UpdatedDevice device) throws Exception {
        device.start();
        runs("1.0");
        // What a device judges first makes its floor.
        offer("1.9", WEAK);
        assertThat(((UpdateStatus.Progress) server.hears()).step()).isEqualTo(Step.FAILED);
        device.stop();
        copyOf(medium, copy);
        repair(device);
        device.stop();
        empty(medium);
        copyOf(copy, medium);
    }

    private void repair(UpdatedDevice device) throws Exception {
        device.start();
        runs("1.0");
        offer("1.2", REPAIRED);
        assertThat(device.awaitRestart()).isEqualTo(Restart.Cause.SWITCHED);
        device.stop();
        device.start();
        runs("1.2");
    }

    @Test
    void aDeviceWithATpmNoticesItAndTakesNoOlderRelease() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        try (BareTpm tpm = BareTpm.make(Files.createDirectory(directory.resolve("tpm")));
                UpdatedDevice device =
                        new UpdatedDevice(medium, server, new KeyPlace.Tpm(tpm.socket()))) {
            repairedAndPutBack(device);
            device.start();
            runs("1.0");
            offer("1.1", WEAK);
            assertThat(refusal())
                    .startsWith("the rollback floor is not known: ")
                    .contains("an older copy of the storage was put back");
            // Not even the repair, until somebody has looked at it.
            offer("1.2", REPAIRED);
            assertThat(refusal()).contains("an older copy of the storage was put back");
            device.stop();

            Tpm.at(tpm.socket()).undefine(TpmFloor.COUNTER_INDEX);
            device.start();
            runs("1.0");
            offer("1.1", WEAK);
            assertThat(refusal()).contains("the counter is gone");
            assertThat(device.restarts).isEmpty();
        }
    }

    private String refusal() throws Exception {
        UpdateStatus.Progress told = (UpdateStatus.Progress) server.hears();
        assertThat(told.step()).as("%s", told.reason()).isEqualTo(Step.INELIGIBLE);
        return told.reason().orElseThrow();
    }

    @Test
    void aDeviceWithATpmKeepsItsFloorOtherwise() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        try (BareTpm tpm = BareTpm.make(Files.createDirectory(directory.resolve("tpm")));
                UpdatedDevice device =
                        new UpdatedDevice(medium, server, new KeyPlace.Tpm(tpm.socket()))) {
            repair(device);
            assertThat(new TpmFloor(Tpm.at(tpm.socket()), device.survivors()).floor()).isEqualTo(3);
            offer("1.1", WEAK);
            assertThat(refusal()).doesNotContain("not known");
        }
    }

    /** The limit of a device without one, which is why the other has it. */
    @Test
    void aDeviceWithoutOneTakesWhatIsNewerThanTheCopy() throws Exception {
        try (UpdatedDevice device = new UpdatedDevice(medium, server)) {
            repairedAndPutBack(device);
            device.start();
            runs("1.0");
            offer("1.1", WEAK);
            assertThat(device.awaitRestart()).isEqualTo(Restart.Cause.SWITCHED);
            assertThat(device.bootsNext()).isEqualTo("version=1.1");
        }
    }

    private static void copyOf(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static void empty(Path root) throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
