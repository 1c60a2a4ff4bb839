/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.token.BareTpm;
import dev.breakwater.testkit.update.PlayedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A download by mutual TLS whose key is in a TPM that goes away in the middle. */
@Timeout(120)
class TpmDownloadTest {

    private static final String UPDATES = "breakwater-updates";
    private static final int CUT_AFTER_BYTES = 200_000;

    private static final byte[] RELEASE = UpdatedDevice.archive("1.1", 2);

    @TempDir Path directory;
    private BareTpm tpm;
    private PlayedServer server;
    private UpdatedDevice device;

    @BeforeEach
    void setUp() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        tpm = BareTpm.make(Files.createDirectory(directory.resolve("tpm")));
        server =
                new PlayedServer(
                        TestPki.create(TestClock.atPresent()),
                        TestClock.atPresent(),
                        DeviceId.fresh());
        server.publish("1.1", 2, RELEASE);
        server.acceptAlways();
        device =
                new UpdatedDevice(
                        Files.createDirectory(directory.resolve("medium")),
                        server,
                        new KeyPlace.Tpm(tpm.socket()));
    }

    @AfterEach
    void tearDown() throws Exception {
        if (tpm != null) {
            device.close();
            server.close();
            tpm.close();
        }
    }

    private void offer() throws Exception {
        server.send(
                PlayedServer.offer(
                        UUID.randomUUID(),
                        "1.1",
                        UpdateConsent.AUTOMATIC,
                        server.statement("1.1", RELEASE)));
    }

    /** The next attempt is made without it, with a server that is as good as before. */
    private void losesTheTpmInTheMiddle() throws Exception {
        device.start();
        assertThat(server.hears()).isInstanceOf(UpdateStatus.Running.class);
        server.delivery.set(
                (exchange, artifact, offset) -> {
                    PlayedServer.give(exchange, artifact, offset, CUT_AFTER_BYTES);
                    tpm.pullOut();
                    throw new IOException("cut");
                });
        offer();
        Duration wait = device.time.awaitRestOf(UPDATES);
        server.delivery.set(PlayedServer::whole);
        device.time.advance(wait);
    }

    private void installsTheRest() throws Exception {
        assertThat(device.awaitRestart()).isEqualTo(Restart.Cause.SWITCHED);
        assertThat(server.ranges).hasSize(2);
        assertThat(server.ranges.getLast()).matches("bytes=[1-9][0-9]+-");
    }

    /** As with a PKCS#11 token, which keeps no floor. */
    @Test
    void goesOnWhereItWasByItselfIfNothingButTheKeyWasAway() throws Exception {
        device.floorBeside = new KeyPlace.SealedFile();
        losesTheTpmInTheMiddle();

        Duration wait = device.time.awaitRestOf(UPDATES);
        assertThat(server.ranges).containsExactly("");
        assertThat(device.restarts).isEmpty();

        tpm.putBack();
        device.time.advance(wait);
        installsTheRest();
    }

    @Test
    void tellsTheServerThatTheFloorIsAwayAndInstallsWithTheNextOffer() throws Exception {
        losesTheTpmInTheMiddle();

        // Not the release's fault, but an attempt that ended: the server may offer another.
        UpdateStatus.Progress told = (UpdateStatus.Progress) server.hears();
        assertThat(told.step()).isEqualTo(UpdateStatus.Step.FAILED);
        assertThat(told.reason().orElseThrow()).startsWith("the rollback floor is not known: ");
        assertThat(server.ranges).containsExactly("");
        assertThat(device.restarts).isEmpty();

        tpm.putBack();
        offer();
        assertThat(device.awaitRestart()).isEqualTo(Restart.Cause.SWITCHED);
    }
}
