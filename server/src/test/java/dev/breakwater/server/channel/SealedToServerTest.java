/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.envelope.ClockSequence;
import dev.breakwater.protocol.envelope.Direction;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.envelope.Sealer;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.message.EnvelopeKeyNotice;
import dev.breakwater.protocol.message.MessageReader;
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
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.envelope.EnvelopeKeys.Change;
import dev.breakwater.server.envelope.KeyHolder;
import dev.breakwater.server.envelope.Sealing;
import dev.breakwater.server.envelope.SealingPolicy;
import dev.breakwater.server.envelope.SealingStore;
import dev.breakwater.server.firewall.FirewallStore;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What a product asks to be sealed, and what the server opens. */
@Timeout(60)
class SealedToServerTest {

    private static final TopicName TELEMETRY = TopicName.of("me/telemetry");
    private static final TopicName EVENT = TopicName.of("me/events/seizure");
    private static final String SECRET = "{\"pulse\":61,\"canary\":\"d1v1ng-b3ll\"}";

    private Path directory;
    private StoredScene scene;
    private ClockSequence sequence;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        this.directory = directory;
        scene = new StoredScene(directory);
        sequence = new ClockSequence(scene.world.clock);
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    @Test
    void opensForReadersWhatItKeepsSealed() throws Exception {
        ask(Sealing.REQUIRED, KeyHolder.SERVER);
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, sealed(TELEMETRY, SECRET)))
                    .isEqualTo(ReasonCode.SUCCESS);
            assertThat(told(line, 2, EVENT, sealed(EVENT, SECRET))).isEqualTo(ReasonCode.SUCCESS);
        }
        Reading reading = scene.told(Kind.TELEMETRY).getFirst();
        assertThat(reading.form()).isEqualTo(PayloadForm.SEALED);
        assertThat(opened(reading).form()).isEqualTo(PayloadForm.JSON);
        assertThat(opened(reading).json()).isEqualTo(SECRET);
        assertThat(opened(scene.told(Kind.EVENTS).getFirst()).json()).isEqualTo(SECRET);
        assertThat(filesWith("d1v1ng-b3ll")).isEmpty();
        assertThat(filesWith(scene.tank.id().toString())).isNotEmpty();
    }

    @Test
    void refusesInClearWhatHasToBeSealed() throws Exception {
        ask(Sealing.REQUIRED, KeyHolder.SERVER);
        byte[] clear = SECRET.getBytes(StandardCharsets.UTF_8);
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, clear))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.PAYLOAD_NOT_SEALED, "in clear", 1);
            assertThat(told(line, 2, EVENT, clear)).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.PAYLOAD_NOT_SEALED, "in clear", 2);
            // What is neither telemetry nor an event is not asked to be sealed.
            assertThat(
                            told(
                                    line,
                                    3,
                                    TopicName.of("me/state"),
                                    "{}".getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(ReasonCode.SUCCESS);
            // It counts from the next message on.
            ask(Sealing.ALLOWED, KeyHolder.SERVER);
            assertThat(told(line, 4, TELEMETRY, clear)).isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(scene.told(Kind.TELEMETRY)).hasSize(1);
        assertThat(scene.told(Kind.EVENTS)).isEmpty();
    }

    @Test
    void refusesSealedWhatIsNotToBe() throws Exception {
        ask(Sealing.OFF, KeyHolder.SERVER);
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, sealed(TELEMETRY, SECRET)))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.ENVELOPE_REFUSED, "nothing sealed", 1);
            assertThat(told(line, 2, TELEMETRY, SECRET.getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(ReasonCode.SUCCESS);
        }
    }

    /** Whoever opened TLS has the envelope, and may wait for a restart to send it again. */
    @Test
    void takesAnEnvelopeOnceWhateverRestartsLieBetween() throws Exception {
        ask(Sealing.REQUIRED, KeyHolder.SERVER);
        byte[] first = sealed(TELEMETRY, SECRET);
        byte[] second = sealed(TELEMETRY, SECRET);
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, first)).isEqualTo(ReasonCode.SUCCESS);
            assertThat(told(line, 2, TELEMETRY, first))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.ENVELOPE_REPLAYED, "replayed", 1);
            assertThat(told(line, 3, TELEMETRY, second)).isEqualTo(ReasonCode.SUCCESS);
        }
        scene.restart();
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, first))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.ENVELOPE_REPLAYED, "too old", 2);
            assertThat(told(line, 2, TELEMETRY, second))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.ENVELOPE_REPLAYED, "too old", 3);
            assertThat(told(line, 3, TELEMETRY, sealed(TELEMETRY, SECRET)))
                    .isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(scene.told(Kind.TELEMETRY)).hasSize(3);
    }

    @Test
    void refusesAnEnvelopeOfAnotherTopicAndOneToAnotherKey() throws Exception {
        ask(Sealing.ALLOWED, KeyHolder.SERVER);
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, sealed(EVENT, SECRET)))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.ENVELOPE_REFUSED, "does not open", 1);
            RecipientKey foreign = pair().published();
            assertThat(told(line, 2, TELEMETRY, sealed(foreign, TELEMETRY, SECRET)))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.ENVELOPE_REFUSED, "no key of the server", 2);
        }
        assertThat(scene.told(Kind.TELEMETRY)).isEmpty();
    }

    @Test
    void judgesWhatIsInAnEnvelopeLikeWhatCameInClear() throws Exception {
        ask(Sealing.REQUIRED, KeyHolder.SERVER);
        try (RawDevice line = connected()) {
            byte[] noObject = sealed(TELEMETRY, "[1]");
            assertThat(told(line, 1, TELEMETRY, noObject))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.PAYLOAD_REFUSED, "not a JSON object", 1);
            // It was given back: it is judged again, and is not a replay.
            assertThat(told(line, 2, TELEMETRY, noObject))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.PAYLOAD_REFUSED, "not a JSON object", 2);
            rule();
            assertThat(told(line, 3, TELEMETRY, sealed(TELEMETRY, "{\"pulse\":\"none\"}")))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.FIREWALL_SCHEMA, "pulse", 1);
            assertThat(told(line, 4, TELEMETRY, sealed(TELEMETRY, SECRET)))
                    .isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void carriesToTheOrganizationWhatIsSealedToItsOwnKeyAndToNoOther() throws Exception {
        ask(Sealing.REQUIRED, KeyHolder.ORGANIZATION);
        RecipientKeyPair own = pair();
        byte[] publicKey = own.published().encoded();
        Change entered =
                scene.envelopes
                        .keys()
                        .enter(scene.world.organization, publicKey, EnrollmentWorld.OPERATOR);
        assertThat(entered).isInstanceOf(Change.Made.class);
        try (RawDevice line = connected()) {
            byte[] envelope = sealed(own.published(), TELEMETRY, SECRET);
            assertThat(told(line, 1, TELEMETRY, envelope)).isEqualTo(ReasonCode.SUCCESS);
            assertThat(told(line, 2, TELEMETRY, sealed(pair().published(), TELEMETRY, SECRET)))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.ENVELOPE_REFUSED, "no key of the organization", 1);
            assertThat(told(line, 3, TELEMETRY, sealed(TELEMETRY, SECRET)))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertRefused(RefusalReason.ENVELOPE_REFUSED, "no key of the organization", 2);
            Reading kept = scene.told(Kind.TELEMETRY).getFirst();
            assertThat(kept.payload()).isEqualTo(envelope);
            assertThat(opened(kept)).isSameAs(kept);
        }
    }

    @Test
    void showsWhatWasSealedToADestroyedKeyAsItIs() throws Exception {
        ask(Sealing.REQUIRED, KeyHolder.SERVER);
        try (RawDevice line = connected()) {
            assertThat(told(line, 1, TELEMETRY, sealed(TELEMETRY, SECRET)))
                    .isEqualTo(ReasonCode.SUCCESS);
        }
        var _ =
                scene.envelopes
                        .keys()
                        .rotate(
                                scene.world.organization,
                                Duration.ofHours(1),
                                EnrollmentWorld.OPERATOR);
        Reading kept = scene.told(Kind.TELEMETRY).getFirst();
        assertThat(opened(kept).json()).isEqualTo(SECRET);
        scene.world.clock.advance(Duration.ofHours(1));
        assertThat(opened(kept)).isSameAs(kept);
    }

    @Test
    void tellsADeviceItsKeyWhenItListensAndAgainWhenAnotherHasReplacedIt() throws Exception {
        ask(Sealing.REQUIRED, KeyHolder.SERVER);
        try (RawDevice line = connected()) {
            line.send(
                    new Subscribe(
                            7,
                            List.of(
                                    new Subscription(
                                            TopicFilter.of(Topics.NOTICES),
                                            QualityOfService.AT_MOST_ONCE))));
            assertThat(line.receive()).isInstanceOf(SubAck.class);
            EnvelopeKeyNotice first = notice(line);
            assertThat(first.ofServer()).isTrue();
            assertThat(first.required()).isTrue();
            assertThat(first.organization()).isEqualTo(scene.world.organization.uuid());
            byte[] early = sealed(first.key(), TELEMETRY, SECRET);
            var _ =
                    scene.envelopes
                            .keys()
                            .rotate(
                                    scene.world.organization,
                                    Duration.ofDays(1),
                                    EnrollmentWorld.OPERATOR);
            line.send(Publish.atLeastOnce(1, TELEMETRY, early));
            EnvelopeKeyNotice second = null;
            boolean acknowledged = false;
            while (second == null || !acknowledged) {
                switch (line.receive()) {
                    case PubAck ack -> {
                        assertThat(ack.reasonCode()).isEqualTo(ReasonCode.SUCCESS);
                        acknowledged = true;
                    }
                    case Publish publish -> second = read(publish);
                    default -> throw new AssertionError("something else came");
                }
            }
            assertThat(second.key().id()).isNotEqualTo(first.key().id());
            scene.world.clock.advance(Duration.ofSeconds(1));
            assertThat(told(line, 2, TELEMETRY, sealed(second.key(), TELEMETRY, SECRET)))
                    .isEqualTo(ReasonCode.SUCCESS);
        }
    }

    private static EnvelopeKeyNotice notice(RawDevice line) throws Exception {
        return read((Publish) line.receive());
    }

    private static EnvelopeKeyNotice read(Publish publish) throws Exception {
        assertThat(publish.topic().text()).isEqualTo(Topics.NOTICES);
        return MessageReader.forDevices().envelopeKey(publish.payloadBytes()).orElseThrow();
    }

    private void ask(Sealing sealing, KeyHolder recipient) {
        assertThat(
                        scene.envelopes
                                .policies()
                                .change(
                                        scene.world.organization,
                                        scene.world.product,
                                        new SealingPolicy(sealing, recipient),
                                        Optional.empty(),
                                        EnrollmentWorld.OPERATOR))
                .isInstanceOf(SealingStore.Change.Changed.class);
    }

    private RecipientKeyPair pair() {
        return RecipientKeyPair.fresh(
                Suite.X25519_CHACHA20_POLY1305,
                new Validity(
                        scene.world.clock.instant(),
                        scene.world.clock.instant().plus(Duration.ofDays(30))));
    }

    private byte[] sealed(TopicName topic, String text) throws Exception {
        Change.Made current =
                (Change.Made) scene.envelopes.keys().currentOrMade(scene.world.organization);
        return sealed(current.key().key(), topic, text);
    }

    private byte[] sealed(RecipientKey key, TopicName topic, String text) throws Exception {
        return new Sealer(List.of(key), sequence, scene.world.clock)
                .seal(
                        text.getBytes(StandardCharsets.UTF_8),
                        new EnvelopeContext(
                                scene.world.organization.uuid(),
                                scene.tank.id(),
                                Direction.FROM_DEVICE,
                                topic));
    }

    private Reading opened(Reading reading) {
        return scene.envelopes.reader().opened(scene.world.organization, scene.tank.id(), reading);
    }

    private void assertRefused(RefusalReason reason, String why, int count) throws Exception {
        AuditEvent refusal = scene.world.nextRefusal();
        assertThat(refusal.action()).isEqualTo("channel.refused");
        assertThat(refusal.details()).containsEntry("reason", reason.code());
        assertThat(refusal.details().get("why")).contains(why);
        assertThat(scene.world.refused("channel", reason)).isEqualTo(count);
    }

    private void rule() throws Exception {
        String rules =
                "{\"schemas\":[{\"topic\":\"me/telemetry\",\"mode\":\"enforcing\",\"schema\":{\"properties\":{\"pulse\":{\"type\":\"integer\"}}}}]}";
        assertThat(
                        scene.firewall
                                .rules()
                                .change(
                                        scene.world.organization,
                                        scene.world.product,
                                        RulesText.product(JsonMapper.shared().readTree(rules)),
                                        Optional.empty(),
                                        EnrollmentWorld.OPERATOR))
                .isInstanceOf(FirewallStore.Change.Changed.class);
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
