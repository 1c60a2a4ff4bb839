/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.fishtank.FishTankFirmware;
import dev.breakwater.fishtank.TankDistribution;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.update.PlayedServer;
import dev.breakwater.testkit.update.TestSigners;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The fish tank as it is shipped, started by its launcher in processes of their own: it restarts
 * into a good version, comes back by itself from a bad one, and refuses a forged one.
 */
@Timeout(300)
class UpdatedTankTest {

    private static final int ATTEMPTS_MAX = 4;

    @TempDir Path directory;
    private PlayedServer server;
    private LaunchedTank tank;

    @BeforeEach
    void setUp() throws Exception {
        server =
                new PlayedServer(
                        TestPki.create(TestClock.atPresent()),
                        TestClock.atPresent(),
                        DeviceId.fresh());
        Files.writeString(
                directory.resolve("provisioning.json"),
                """
                {"host": "127.0.0.1", "channelPort": %d, "enrollmentPort": %d,
                 "rootFingerprint": "%s", "serial": "tank-1", "enrollmentCode": "canary-1234"}
                """
                        .formatted(
                                server.peer.port(),
                                server.est.port(),
                                RootFingerprint.of(server.pki.root())));
        Path first = directory.resolve("tank-1.0.zip");
        Files.write(first, release("1.0", 1, 0));
        tank = new LaunchedTank(directory.resolve("tank"), first);
    }

    @AfterEach
    void tearDown() throws Exception {
        tank.close();
        server.close();
    }

    private byte[] release(String version, long counter, double offset) throws Exception {
        Path archive = directory.resolve("built.zip");
        TankDistribution.write(
                archive,
                server.repository.firstRoot(),
                new TankDistribution.Described(PlayedServer.PRODUCT, version, counter, offset));
        return Files.readAllBytes(archive);
    }

    private void switchOn() throws Exception {
        tank.switchOn(
                Map.of(),
                List.of(),
                FishTankFirmware.class.getName(),
                directory.resolve("provisioning.json").toString(),
                tank.data().toString());
    }

    private void offer(UUID rollout, String version, byte[] artifact) throws Exception {
        server.send(
                PlayedServer.offer(
                        rollout,
                        version,
                        UpdateConsent.AUTOMATIC,
                        server.statement(version, artifact)));
    }

    private void restarts() throws Exception {
        while (true) {
            UpdateStatus.Progress told = (UpdateStatus.Progress) hears();
            assertThat(told.step())
                    .as("%s", told.reason())
                    .isIn(Step.VERIFYING, Step.WRITING, Step.RESTARTING);
            if (told.step() == Step.RESTARTING) {
                return;
            }
        }
    }

    private static void runs(UpdateStatus status, String version) {
        assertThat(status)
                .isInstanceOfSatisfying(
                        UpdateStatus.Running.class,
                        running -> {
                            assertThat(running.version().text()).isEqualTo(version);
                            assertThat(running.healthy()).isTrue();
                        });
    }

    @Test
    void restartsIntoAGoodVersionComesBackFromABadOneAndRefusesAForgedOne() throws Exception {
        server.acceptAlways();
        switchOn();
        runs(hears(), "1.0");

        byte[] good = release("1.1", 2, 0);
        server.publish("1.1", 2, good);
        offer(UUID.randomUUID(), "1.1", good);
        restarts();
        UpdateStatus running = hears();
        runs(running, "1.1");
        assertThat(((UpdateStatus.Running) running).sha256()).contains(PlayedServer.sha256(good));

        byte[] bad = release("1.2", 3, 100);
        server.publish("1.2", 3, bad);
        offer(UUID.randomUUID(), "1.2", bad);
        restarts();
        UpdateStatus.Progress reverted = reverted();
        assertThat(reverted.reason().orElseThrow()).contains("which no tank has");

        byte[] forged = release("1.3", 4, 0);
        server.repository.signers("targets").clear();
        server.repository.signers("targets").add(TestSigners.fresh());
        server.publish("1.3", 4, forged);
        offer(UUID.randomUUID(), "1.3", forged);
        UpdateStatus.Progress refused = (UpdateStatus.Progress) hears();
        assertThat(refused.step()).isEqualTo(Step.FAILED);
        assertThat(refused.reason().orElseThrow()).contains("must be signed by 1 of its keys");
        assertThat(tank.said())
                .containsSubsequence(
                        "starting slot a\n",
                        "Version 1.0.",
                        "starting slot b on trial",
                        "Version 1.1.",
                        "starting slot a on trial",
                        "Version 1.2.",
                        "This version did not prove itself.",
                        "starting slot b\n",
                        "Version 1.1.")
                .doesNotContain("Version 1.3.");
    }

    /** What 1.1 tells after the other was taken back: how it ended, and that it runs itself. */
    private UpdateStatus.Progress reverted() throws Exception {
        UpdateStatus first = hears();
        UpdateStatus second = hears();
        boolean runningFirst = first instanceof UpdateStatus.Running;
        runs(runningFirst ? first : second, "1.1");
        UpdateStatus.Progress told = (UpdateStatus.Progress) (runningFirst ? second : first);
        assertThat(told.step()).isEqualTo(Step.REVERTED);
        return told;
    }

    /** A process of Java takes its time on a busy machine. */
    private UpdateStatus hears() throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return server.hears();
            } catch (AssertionError silent) {
                if (attempt == ATTEMPTS_MAX) {
                    throw new AssertionError(tank.said(), silent);
                }
            }
        }
    }
}
