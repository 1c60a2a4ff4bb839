/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.update.slot.ArchiveLimits;
import dev.breakwater.device.update.slot.BootChoice;
import dev.breakwater.device.update.slot.DirectorySlots;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.TestTime;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.peer.ScriptedMqttPeer;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A tank that was started from a slot on trial. */
@Timeout(60)
class TankTrialTest {

    private final TestPki pki = TestPki.create(Clock.systemUTC());
    private final TestClock clock = TestClock.atPresent();
    private final TestTime time = new TestTime(clock);
    private final AgentEnvironment environment =
            new AgentEnvironment(clock, time::rest, new Random(3));
    private final DeviceId deviceId = DeviceId.fresh();

    @TempDir Path directory;
    private ScriptedMqttPeer peer;
    private ScriptedEstPeer est;
    private Path provisioning;

    @BeforeEach
    void setUp() throws Exception {
        peer = ScriptedMqttPeer.listen(pki.server("127.0.0.1"), pki.issuing());
        est = ScriptedEstPeer.listen(pki.server("127.0.0.1"), pki.issuing(), this::answer);
        provisioning = directory.resolve("provisioning.json");
        provision("canary-1234");
    }

    private void provision(String code) throws IOException {
        Files.writeString(
                provisioning,
                """
                {"host": "127.0.0.1", "channelPort": %d, "enrollmentPort": %d,
                 "rootFingerprint": "%s", "serial": "tank-1", "enrollmentCode": "%s"}
                """
                        .formatted(peer.port(), est.port(), RootFingerprint.of(pki.root()), code));
    }

    @AfterEach
    void tearDown() throws Exception {
        est.close();
        peer.close();
    }

    @Test
    void confirmsItselfOnceTheServerKnowsWhichVersionRuns() throws Exception {
        Path slots = directory.resolve("slots");
        Path archive = directory.resolve("tank.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new ZipEntry("tank"));
        }
        DirectorySlots.install(slots, archive, ArchiveLimits.usual());
        DirectorySlots opened = DirectorySlots.open(slots, ArchiveLimits.usual());
        // Where a switch leaves it: this process runs from the slot that is on trial.
        opened.selector().write(BootChoice.of(Slot.B).withTrial(1));
        try (FishTankFirmware firmware = start()) {
            MqttConversation tank = peer.accept();
            tank.welcome();
            CompletableFuture<Boolean> stood = new CompletableFuture<>();
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    stood.complete(firmware.standTrial(slots, Slot.A, "1.1"));
                                } catch (IOException | InterruptedException failed) {
                                    stood.completeExceptionally(failed);
                                }
                            });
            String version = "";
            while (version.isEmpty()) {
                version =
                        json(tank.expectOn(Topics.STATE))
                                .path("firmware")
                                .path("version")
                                .asString("");
            }
            assertThat(version).isEqualTo("1.1");
            Thread.ofVirtual().start(() -> acknowledgeAll(tank));
            // The probe looks once a second of the tank's time.
            boolean confirmed = false;
            while (!confirmed) {
                try {
                    assertThat(stood.get(200, TimeUnit.MILLISECONDS)).isTrue();
                    confirmed = true;
                } catch (TimeoutException resting) {
                    time.advance(Duration.ofSeconds(1));
                }
            }
        }
        assertThat(opened.selector().read()).contains(BootChoice.of(Slot.A));
    }

    private static void acknowledgeAll(MqttConversation tank) {
        try {
            var _ = tank.expectOn("nothing/is/published/here");
        } catch (IOException | AssertionError ended) {
            // The tank has said farewell.
            Thread.onSpinWait();
        }
    }

    private FishTankFirmware start() throws IOException {
        return FishTankFirmware.start(
                new ProvisioningFile(provisioning),
                directory.resolve("data"),
                new SimulatedTank(clock, 5).hardware(),
                state -> {},
                environment);
    }

    private Answer answer(ScriptedEstPeer.Question question) throws Exception {
        if (question.operation().equals("cacerts")) {
            return Answer.certificates(pki.root(), pki.issuing());
        }
        var key = new JcaPKCS10CertificationRequest(question.request()).getPublicKey();
        KeyPair forPublicKey = new KeyPair(key, TestKeys.p256().getPrivate());
        return Answer.certificates(
                pki.device(deviceId, new DeviceSerial("tank-1"), forPublicKey).leaf());
    }

    private static JsonNode json(Publish publish) {
        return JsonMapper.shared().readTree(new String(publish.payloadBytes(), UTF_8));
    }
}
