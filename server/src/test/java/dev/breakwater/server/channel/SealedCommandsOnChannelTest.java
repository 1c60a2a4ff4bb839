/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.EnvelopeFault;
import dev.breakwater.protocol.envelope.KeyRing;
import dev.breakwater.protocol.envelope.Opener;
import dev.breakwater.protocol.envelope.Opening;
import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.envelope.ReplayWindow;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.message.Command;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.protocol.message.OwnEnvelopeKey;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device says its key, and its commands come sealed. */
@Timeout(60)
class SealedCommandsOnChannelTest {

    private static final TopicName KEY = TopicName.of(Topics.ENVELOPE_KEY);

    private StoredScene scene;
    private RecipientKeyPair own;
    private final ReplayWindow window = ReplayWindow.ofStranger();

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        scene = new StoredScene(directory);
        own =
                RecipientKeyPair.fresh(
                        Suite.X25519_CHACHA20_POLY1305,
                        new Validity(
                                scene.world.clock.instant(),
                                scene.world.clock.instant().plus(Duration.ofDays(30))));
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    @Test
    void sealsCommandsToTheKeyThatTheDeviceSaid() throws Exception {
        try (RawDevice line = connected()) {
            assertThat(say(line, 1, own)).isEqualTo(ReasonCode.SUCCESS);
            subscribe(line);
            DeviceCommand command = scene.command("feed");
            Publish sent = (Publish) line.receive();
            assertThat(new String(sent.payloadBytes(), UTF_8)).doesNotContain("feed");
            Opening opening = opener().open(sent.payloadBytes(), context(sent.topic()), window);
            Command opened =
                    MessageReader.forDevices().command(((Opening.Opened) opening).payload());
            assertThat(opened).isEqualTo(command.request());
            assertThat(opener().open(sent.payloadBytes(), context(sent.topic()), window))
                    .isEqualTo(new Opening.Refused(EnvelopeFault.REPLAYED));
        }
    }

    @Test
    void sendsInClearToADeviceThatSaidNoKey() throws Exception {
        try (RawDevice line = connected()) {
            subscribe(line);
            scene.command("feed");
            assertThat(new String(((Publish) line.receive()).payloadBytes(), UTF_8))
                    .contains("feed");
        }
    }

    @Test
    void keepsWhoseKeyItIsAndSaysSoOnceInTheLog() throws Exception {
        try (RawDevice line = connected()) {
            assertThat(say(line, 1, own)).isEqualTo(ReasonCode.SUCCESS);
            assertThat(say(line, 2, own)).isEqualTo(ReasonCode.SUCCESS);
        }
        scene.restart();
        assertThat(
                        scene.envelopes
                                .commands()
                                .keyOf(scene.world.organization, scene.tank.id())
                                .orElseThrow()
                                .key()
                                .encoded())
                .isEqualTo(own.published().encoded());
        assertThat(scene.world.audit.entries(scene.world.organization, Long.MAX_VALUE, 100))
                .filteredOn(entry -> entry.action().equals("device.envelope-key-registered"))
                .singleElement()
                .extracting(AuditEntry::details)
                .satisfies(
                        details ->
                                assertThat(details)
                                        .containsEntry("sha256", own.published().sha256()));
    }

    @Test
    void refusesWhatIsNoKey() throws Exception {
        try (RawDevice line = connected()) {
            for (String wrong :
                    List.of(
                            "{}",
                            "{\"suite\":2,\"publicKey\":\"AAAA\"}",
                            "{\"suite\":1,\"publicKey\":\"AAAA\"}",
                            "{\"suite\":1,\"publicKey\":\"" + "A".repeat(43) + "=\"}",
                            "{\"suite\":1,\"publicKey\":\"AAAA\",\"more\":1}")) {
                line.send(Publish.atLeastOnce(1, KEY, wrong.getBytes(UTF_8)));
                assertThat(((PubAck) line.receive()).reasonCode())
                        .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
                AuditEvent refusal = scene.world.nextRefusal();
                assertThat(refusal.details()).containsEntry("reason", "payload-refused");
            }
        }
        assertThat(scene.world.refused("channel", RefusalReason.PAYLOAD_REFUSED)).isEqualTo(5);
        assertThat(scene.envelopes.commands().keyOf(scene.world.organization, scene.tank.id()))
                .isEmpty();
    }

    private Opener opener() {
        return new Opener(KeyRing.of(List.of(own)), scene.world.clock);
    }

    private EnvelopeContext context(TopicName topic) {
        return EnvelopeContext.toDevice(scene.tank.id(), topic);
    }

    private RawDevice connected() throws Exception {
        RawDevice line = scene.dial(MqttVersion.V5);
        line.send(new Connect(MqttVersion.V5, true, 60, ""));
        assertThat(((ConnAck) line.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        return line;
    }

    private static void subscribe(RawDevice line) throws Exception {
        line.send(
                new Subscribe(
                        9,
                        List.of(
                                new Subscription(
                                        TopicFilter.of(Topics.COMMANDS_FILTER),
                                        QualityOfService.AT_LEAST_ONCE))));
        assertThat(line.receive()).isInstanceOf(SubAck.class);
    }

    private static ReasonCode say(RawDevice line, int packetId, RecipientKeyPair pair)
            throws Exception {
        byte[] said = new OwnEnvelopeKey(pair.published()).toJson();
        line.send(Publish.atLeastOnce(packetId, KEY, said));
        return ((PubAck) line.receive()).reasonCode();
    }
}
