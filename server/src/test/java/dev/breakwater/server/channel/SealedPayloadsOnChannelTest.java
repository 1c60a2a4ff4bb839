/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.envelope.ClockSequence;
import dev.breakwater.protocol.envelope.Direction;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.EnvelopeFault;
import dev.breakwater.protocol.envelope.KeyRing;
import dev.breakwater.protocol.envelope.Opener;
import dev.breakwater.protocol.envelope.Opening;
import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.envelope.ReplayWindow;
import dev.breakwater.protocol.envelope.Sealer;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.firewall.FirewallStore.Change;
import dev.breakwater.server.firewall.RulesText;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.telemetry.PayloadForm;
import dev.breakwater.server.telemetry.Reading;
import dev.breakwater.server.telemetry.TelemetryQuery.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A key that the organization alone holds: the server keeps what it cannot read. */
@Timeout(60)
class SealedPayloadsOnChannelTest {

    private static final TopicName TELEMETRY = TopicName.of("me/telemetry");
    private static final TopicName EVENT = TopicName.of("me/events/seizure");
    private static final String SECRET = "{\"pulse\":61,\"canary\":\"d1v1ng-b3ll\"}";

    private Path directory;
    private StoredScene scene;
    private Sealer device;
    private Opener organization;
    private final ReplayWindow window = ReplayWindow.ofStranger();

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        this.directory = directory;
        scene = new StoredScene(directory);
        Validity month =
                new Validity(
                        scene.world.clock.instant(),
                        scene.world.clock.instant().plus(Duration.ofDays(30)));
        KeyRing ring =
                KeyRing.of(List.of(RecipientKeyPair.fresh(Suite.X25519_CHACHA20_POLY1305, month)));
        device =
                new Sealer(
                        ring.published(), new ClockSequence(scene.world.clock), scene.world.clock);
        organization = new Opener(ring, scene.world.clock);
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    @Test
    void keepsWhatOnlyTheOrganizationCanRead() throws Exception {
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, sealed(TELEMETRY))).isEqualTo(ReasonCode.SUCCESS);
            assertThat(told(line, 2, EVENT, sealed(EVENT))).isEqualTo(ReasonCode.SUCCESS);
        }
        Reading reading = scene.told(Kind.TELEMETRY).getFirst();
        assertThat(reading.form()).isEqualTo(PayloadForm.SEALED);
        assertThat(opened(reading, TELEMETRY)).isEqualTo(SECRET);
        assertThat(opened(scene.told(Kind.EVENTS).getFirst(), EVENT)).isEqualTo(SECRET);
        assertThat(filesWith("d1v1ng-b3ll")).isEmpty();
        assertThat(filesWith(scene.tank.id().toString())).isNotEmpty();
    }

    /** The server cannot know; the organization finds out, and takes neither copy for another. */
    @Test
    void whatWasKeptTwiceOrMovedToAnotherTopicOpensOnce() throws Exception {
        byte[] envelope = sealed(TELEMETRY);
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, envelope)).isEqualTo(ReasonCode.SUCCESS);
            assertThat(told(line, 2, TELEMETRY, envelope)).isEqualTo(ReasonCode.SUCCESS);
            assertThat(told(line, 3, EVENT, envelope)).isEqualTo(ReasonCode.SUCCESS);
        }
        List<Reading> kept = scene.told(Kind.TELEMETRY);
        assertThat(kept).hasSize(2);
        assertThat(opened(kept.getFirst(), TELEMETRY)).isEqualTo(SECRET);
        assertThat(organization.open(bytes(kept.getLast()), context(TELEMETRY), window))
                .isEqualTo(new Opening.Refused(EnvelopeFault.REPLAYED));
        Reading moved = scene.told(Kind.EVENTS).getFirst();
        assertThat(organization.open(bytes(moved), context(EVENT), window))
                .isEqualTo(new Opening.Refused(EnvelopeFault.DOES_NOT_OPEN));
    }

    @Test
    void refusesWhatOnlyBeginsLikeASealedPayload() throws Exception {
        byte[] cutShort = new byte[Sealer.OVERHEAD_BYTES - 1];
        cutShort[0] = 0x1D;
        cutShort[1] = 1;
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, cutShort))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        }
        AuditEvent refusal = scene.world.nextRefusal();
        assertThat(refusal.action()).isEqualTo("channel.refused");
        assertThat(refusal.details().get("why")).contains("cut short");
        assertThat(scene.world.refused("channel", RefusalReason.PAYLOAD_REFUSED)).isEqualTo(1);
        assertThat(scene.told(Kind.TELEMETRY)).isEmpty();
    }

    /** Sealing must not be a way around what the product's payloads are held to. */
    @Test
    void refusesASealedPayloadWhereASchemaIsEnforced() throws Exception {
        rule("enforcing");
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, sealed(TELEMETRY)))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        }
        AuditEvent refusal = scene.world.nextRefusal();
        assertThat(refusal.details()).containsEntry("reason", "firewall-schema");
        assertThat(refusal.details().get("why")).contains("sealed");
        assertThat(scene.world.refused("channel", RefusalReason.FIREWALL_SCHEMA)).isEqualTo(1);
        rule("observing");
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, sealed(TELEMETRY))).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    private byte[] sealed(TopicName topic) throws Exception {
        return device.seal(SECRET.getBytes(StandardCharsets.UTF_8), context(topic));
    }

    private EnvelopeContext context(TopicName topic) {
        return new EnvelopeContext(
                scene.world.organization.uuid(), scene.tank.id(), Direction.FROM_DEVICE, topic);
    }

    private String opened(Reading reading, TopicName topic) {
        return switch (organization.open(bytes(reading), context(topic), window)) {
            case Opening.Opened opened -> new String(opened.payload(), StandardCharsets.UTF_8);
            case Opening.Refused refused -> throw new AssertionError(refused);
        };
    }

    /** As whoever reads the API gets it. */
    private static byte[] bytes(Reading reading) {
        return Base64.getDecoder()
                .decode(
                        JsonMapper.shared()
                                .readTree(reading.json())
                                .required("sealed")
                                .stringValue());
    }

    private List<Path> filesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).filter(file -> holds(file, text)).toList();
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private void rule(String mode) throws Exception {
        String rules =
                "{\"schemas\":[{\"topic\":\"me/telemetry\",\"mode\":\"%s\",\"schema\":{\"type\":\"object\"}}]}"
                        .formatted(mode);
        assertThat(
                        scene.firewall
                                .rules()
                                .change(
                                        scene.world.organization,
                                        scene.world.product,
                                        RulesText.product(JsonMapper.shared().readTree(rules)),
                                        Optional.empty(),
                                        EnrollmentWorld.OPERATOR))
                .isInstanceOf(Change.Changed.class);
    }

    private RawDevice connected() throws Exception {
        RawDevice line = scene.dial(MqttVersion.V5);
        line.send(new Connect(MqttVersion.V5, true, 60, ""));
        assertThat(((ConnAck) line.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        return line;
    }

    private static ReasonCode told(RawDevice line, int packetId, TopicName topic, byte[] payload)
            throws Exception {
        line.send(Publish.atLeastOnce(packetId, topic, payload));
        return ((PubAck) line.receive()).reasonCode();
    }
}
