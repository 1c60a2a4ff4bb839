/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.envelope.Direction;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.KeptSequence;
import dev.breakwater.protocol.envelope.KeyRing;
import dev.breakwater.protocol.envelope.Opener;
import dev.breakwater.protocol.envelope.Opening;
import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.envelope.ReplayWindow;
import dev.breakwater.protocol.envelope.Sealer;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.message.DeviceEvent;
import dev.breakwater.protocol.message.EnvelopeKeyNotice;
import dev.breakwater.protocol.message.Telemetry;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.testkit.peer.MqttConversation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Readings that the agent carries and the server cannot read. */
@Timeout(60)
class SealedTelemetryTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final byte[] READING = "{\"pulse\":61}".getBytes(UTF_8);

    private static final ObjectNode PULSE = JsonMapper.shared().createObjectNode().put("pulse", 61);

    private final InstantSource clock = () -> NOW;
    private final KeyRing ring =
            KeyRing.of(
                    List.of(
                            RecipientKeyPair.fresh(
                                    Suite.X25519_CHACHA20_POLY1305,
                                    new Validity(NOW, NOW.plus(Duration.ofDays(30))))));
    private final EnvelopeContext context =
            new EnvelopeContext(
                    UUID.fromString("0199c000-0000-7000-8000-000000000001"),
                    DeviceId.fresh(),
                    Direction.FROM_DEVICE,
                    TopicName.of(Topics.TELEMETRY));

    @TempDir Path directory;
    private AgentBench bench;
    private Sealer sealer;
    private int told;

    @BeforeEach
    void setUp() throws Exception {
        bench = new AgentBench(directory);
        bench.enrolled();
        sealer =
                new Sealer(
                        ring.published(),
                        KeptSequence.open(directory.resolve("envelope-sequence"), clock),
                        clock);
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
    }

    @Test
    void carriesAnEnvelopeAsItIs() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            agent.publishSealedTelemetry(sealer.seal(READING, context));
            Publish sent = device.expect(Publish.class);
            device.acknowledge(sent);
            assertThat(agent.flush(Duration.ofSeconds(10))).isTrue();

            assertThat(sent.topic().text()).isEqualTo(Topics.TELEMETRY);
            assertThat(new String(sent.payloadBytes(), UTF_8)).doesNotContain("pulse");
            Opener organization = new Opener(ring, clock);
            assertThat(organization.open(sent.payloadBytes(), context, ReplayWindow.ofStranger()))
                    .isInstanceOfSatisfying(
                            Opening.Opened.class,
                            opened -> assertThat(opened.payload()).isEqualTo(READING));
        }
    }

    @Test
    void carriesASealedEventOnItsOwnTopic() throws Exception {
        TopicName topic = TopicName.of(Topics.EVENTS_PREFIX + "seizure");
        EnvelopeContext seizure =
                new EnvelopeContext(
                        context.organization(), context.device(), context.direction(), topic);
        byte[] envelope = sealer.seal(READING, seizure);
        byte[] tooLong = sealer.seal(new byte[DeviceEvent.BYTES_MAX], seizure);
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            agent.publishSealedEvent("seizure", envelope);
            Publish sent = device.expect(Publish.class);
            assertThat(sent.topic()).isEqualTo(topic);
            assertThat(sent.payloadBytes()).isEqualTo(envelope);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> agent.publishSealedEvent("../telemetry", envelope))
                    .withMessageContaining("type");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> agent.publishSealedEvent("seizure", tooLong))
                    .withMessageContaining("32768");
        }
    }

    @Test
    void refusesWhatIsNoEnvelopeOrTooLong() throws Exception {
        byte[] tooLong =
                sealer.seal(new byte[Telemetry.BYTES_MAX - Sealer.OVERHEAD_BYTES + 1], context);
        byte[] longest =
                sealer.seal(new byte[Telemetry.BYTES_MAX - Sealer.OVERHEAD_BYTES], context);
        try (DeviceAgent agent = bench.agent()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> agent.publishSealedTelemetry(READING))
                    .withMessageContaining("CUT_SHORT");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> agent.publishSealedTelemetry(tooLong))
                    .withMessageContaining("TOO_LONG");
            agent.publishSealedTelemetry(longest);
            assertThat(agent.droppedMessages()).isZero();
        }
    }

    @Test
    void sealsToTheServersKeyThatItWasTold() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.sealWith(KeptSequence.open(directory.resolve("own-sequence"), clock));
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            assertThat(agent.sealAndPublishTelemetry(PULSE)).isFalse();
            tell(device, true, ring.published().getFirst());
            assertThat(agent.sealAndPublishTelemetry(PULSE)).isTrue();
            assertThat(opened(device.expect(Publish.class), Topics.TELEMETRY)).isEqualTo(READING);
            assertThat(agent.sealAndPublishEvent("seizure", PULSE)).isTrue();
            assertThat(opened(device.expect(Publish.class), Topics.EVENTS_PREFIX + "seizure"))
                    .isEqualTo(READING);
        }
    }

    /** Whoever opened TLS can say anything; the hash was given to the device before. */
    @Test
    void believesOnlyKeysWhoseHashItWasGiven() throws Exception {
        RecipientKey own = ring.published().getFirst();
        bench.believesOnly(own.sha256());
        try (DeviceAgent agent = bench.agent()) {
            agent.sealWith(KeptSequence.open(directory.resolve("own-sequence"), clock));
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            RecipientKey foreign =
                    RecipientKeyPair.fresh(Suite.X25519_CHACHA20_POLY1305, own.validity())
                            .published();
            tell(device, false, foreign);
            assertThat(agent.sealAndPublishTelemetry(PULSE)).isFalse();
            tell(device, true, foreign);
            assertThat(agent.sealAndPublishTelemetry(PULSE)).isFalse();
            tell(device, false, own);
            assertThat(agent.sealAndPublishTelemetry(PULSE)).isTrue();
            assertThat(opened(device.expect(Publish.class), Topics.TELEMETRY)).isEqualTo(READING);
            // And is not led away from it afterwards.
            tell(device, false, foreign);
            tell(device, true, foreign);
            assertThat(agent.sealAndPublishTelemetry(PULSE)).isTrue();
            assertThat(opened(device.expect(Publish.class), Topics.TELEMETRY)).isEqualTo(READING);
        }
    }

    @Test
    void takesNoKeyOfTheOrganizationWithoutItsHash() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.sealWith(KeptSequence.open(directory.resolve("own-sequence"), clock));
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            tell(device, false, ring.published().getFirst());
            assertThat(agent.sealAndPublishTelemetry(PULSE)).isFalse();
        }
    }

    private void tell(MqttConversation device, boolean ofServer, RecipientKey key)
            throws Exception {
        int packetId = ++told;
        EnvelopeKeyNotice notice =
                new EnvelopeKeyNotice(ofServer, true, context.organization(), key, NOW);
        device.publish(packetId, Topics.NOTICES, notice.toJson());
        var _ = device.expect(PubAck.class);
        assertThat(bench.notices.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    private byte[] opened(Publish sent, String topic) {
        assertThat(sent.topic().text()).isEqualTo(topic);
        EnvelopeContext own =
                new EnvelopeContext(
                        context.organization(),
                        bench.deviceId,
                        Direction.FROM_DEVICE,
                        TopicName.of(topic));
        Opening opening =
                new Opener(ring, clock).open(sent.payloadBytes(), own, ReplayWindow.ofStranger());
        return ((Opening.Opened) opening).payload();
    }
}
