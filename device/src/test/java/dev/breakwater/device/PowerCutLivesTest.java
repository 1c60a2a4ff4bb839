/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Question;
import dev.breakwater.testkit.power.Cut;
import dev.breakwater.testkit.power.PowerCuts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole agent, with real TLS and scripted servers, on a medium whose power is cut before every
 * write of its enrollment and of a renewal. What servers were told or have told is what must not be
 * undone: a server that issued a certificate issues no other for the same code but for the same
 * key, and one that saw a successor connect takes its predecessor for a clone.
 */
@Timeout(120)
class PowerCutLivesTest {

    private static final String CODE = "canary-5512";
    private static final Duration PAST_DUE = Duration.ofDays(24);

    @TempDir Path directory;
    private AgentBench bench;

    @BeforeEach
    void setUp() throws Exception {
        bench = new AgentBench(directory);
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
    }

    @Test
    void startsAgainAfterACutAtEveryWriteOfAnEnrollment() throws Exception {
        PowerCuts.Played played = new PowerCuts(this::enroll, this::startsAgain).play();
        DrillFigures.say("enroll", played);
        // Provisioning, wrapping key, directory, root, key, slots three times, code: none is free.
        assertThat(played.writes()).isGreaterThan(40);
    }

    @Test
    void startsAgainAfterACutAtEveryWriteOfARenewal() throws Exception {
        PowerCuts.Played played = new PowerCuts(this::enrollAndRenew, this::startsAgain).play();
        DrillFigures.say("enroll and renew", played);
        assertThat(played.writes()).isGreaterThan(70);
    }

    private void enroll(Path root, PowerCuts.Told told) throws Exception {
        try (ScriptedEstPeer est = bench.est(question -> issue(question, told));
                DeviceAgent agent = made(root, est.port(), told)) {
            agent.start();
            connect(told);
        }
    }

    private void enrollAndRenew(Path root, PowerCuts.Told told) throws Exception {
        try (ScriptedEstPeer est = bench.est(question -> issue(question, told));
                DeviceAgent agent = made(root, est.port(), told)) {
            agent.start();
            MqttConversation first = connect(told);
            assertThat(bench.time.awaitRestOf("breakwater-renewal")).isPositive();
            bench.time.advance(PAST_DUE);
            first.expectFarewell();
            var _ = connect(told);
        }
    }

    private MqttConversation connect(PowerCuts.Told told) throws Exception {
        MqttConversation conversation = bench.peer.accept();
        String key = name(conversation.clientCertificate().getPublicKey());
        // From the server's first byte on it has seen this certificate connect.
        told.acknowledge("connected " + key);
        conversation.welcome();
        bench.await(AgentState.Connected.class);
        told.acknowledge("promoted " + key);
        return conversation;
    }

    private Answer issue(Question question, PowerCuts.Told told) throws Exception {
        told.acknowledge("issued " + name(AgentBench.keyIn(question.body())));
        return bench.issue(question);
    }

    private DeviceAgent made(Path root, int estPort, PowerCuts.Told told) throws Exception {
        DurableFile.replace(
                root.resolve("provisioning.json"),
                """
                {"host": "127.0.0.1", "channelPort": %d, "enrollmentPort": %d,
                 "rootFingerprint": "%s", "serial": "tank-1", "enrollmentCode": "%s"}
                """
                        .formatted(
                                bench.peer.port(),
                                estPort,
                                RootFingerprint.of(bench.pki.root()),
                                CODE)
                        .getBytes(StandardCharsets.UTF_8));
        told.acknowledge("made");
        ProvisioningFile file = new ProvisioningFile(root.resolve("provisioning.json"));
        return new DeviceAgent(
                file.read(),
                open(root),
                file,
                bench.states::add,
                new AgentEnvironment(bench.clock, bench.time::rest, new Random(7)));
    }

    /** What must be true after any cut. */
    private void startsAgain(Path root, Cut cut) throws Exception {
        if (!cut.acknowledged("made")) {
            return;
        }
        ProvisioningFile file = new ProvisioningFile(root.resolve("provisioning.json"));
        assertThat(file.read().serial()).isEqualTo(AgentBench.SERIAL);
        CredentialSlots slots = open(root);
        Optional<Credential> next = slots.next();
        Optional<Credential> usable = next.isPresent() ? next : slots.current();
        Optional<String> issued = last(cut, "issued ");
        Optional<String> connected = last(cut, "connected ");
        if (usable.isEmpty()) {
            // It can still enroll, and where a certificate was issued, with the key of that.
            assertThat(file.code().orElseThrow().text()).isEqualTo(CODE);
            assertThat(connected).isEmpty();
        }
        if (connected.isPresent()) {
            assertThat(name(usable.orElseThrow().key().publicKey()))
                    .isIn(connected.get(), issued.orElseThrow());
            assertThat(issuedOrder(cut, name(usable.orElseThrow().key().publicKey())))
                    .isGreaterThanOrEqualTo(issuedOrder(cut, connected.get()));
        }
        if (issued.isPresent()
                && !usable.map(known -> name(known.key().publicKey())).equals(issued)) {
            assertThat(name(slots.keyForNext().publicKey())).isEqualTo(issued.get());
        }
        assertThat(new SealedFileKeys(storage(root)).names()).hasSizeLessThanOrEqualTo(2);
        if (last(cut, "promoted ").isPresent()) {
            assertThat(file.code()).isEmpty();
        }
    }

    private static int issuedOrder(Cut cut, String key) {
        return cut.acknowledged().indexOf("issued " + key);
    }

    private static Optional<String> last(Cut cut, String prefix) {
        return cut.acknowledged().stream()
                .filter(fact -> fact.startsWith(prefix))
                .reduce((_, later) -> later)
                .map(fact -> fact.substring(prefix.length()));
    }

    private static String name(PublicKey key) {
        return HexFormat.of().formatHex(key.getEncoded());
    }

    private SealedStorage storage(Path root) throws IOException {
        return new SealedStorage(
                DirectoryDisk.open(root.resolve("data/breakwater")),
                WrappingKeyFile.openOrCreate(root.resolve("wrapping.key")),
                StorageManifest.ofAgent(),
                bench.clock);
    }

    private CredentialSlots open(Path root) throws IOException {
        SealedStorage storage = storage(root);
        return CredentialSlots.open(storage, new SealedFileKeys(storage));
    }
}
