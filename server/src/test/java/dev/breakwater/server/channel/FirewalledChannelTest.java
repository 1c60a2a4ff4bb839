/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.firewall.Finding;
import dev.breakwater.server.firewall.FindingKind;
import dev.breakwater.server.firewall.FindingStore;
import dev.breakwater.server.firewall.FirewallStore.Change;
import dev.breakwater.server.firewall.Mode;
import dev.breakwater.server.firewall.RuleReport;
import dev.breakwater.server.firewall.RulesText;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The application firewall before a real device channel and a real store. */
@Timeout(60)
class FirewalledChannelTest {

    private static final String SCHEMA =
            """
            {"schemas":[{"topic":"me/telemetry","mode":"%s","schema":
              {"type":"object","required":["temperature"],
               "properties":{"temperature":{"type":"number","maximum":60}}}}]}
            """;

    private StoredScene scene;
    private ProductId product;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        scene = new StoredScene(directory);
        product = scene.world.product;
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    @Test
    void refusesAPayloadThatDoesNotFitItsSchema() throws Exception {
        rule(SCHEMA.formatted("enforcing"));
        try (RawDevice device = connected(MqttVersion.V5)) {
            assertThat(told(device, 1, "{\"temperature\":24.5}")).isEqualTo(ReasonCode.SUCCESS);
            assertThat(told(device, 2, "{\"temperature\":\"hot\"}"))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        }
        assertThat(scene.readings()).containsExactly("{\"temperature\":24.5}");
        AuditEvent refusal = scene.world.nextRefusal();
        assertThat(refusal.action()).isEqualTo("channel.refused");
        assertThat(refusal.details())
                .containsEntry("reason", "firewall-schema")
                .containsEntry("topic", "me/telemetry");
        assertThat(refusal.details().get("why")).contains("/temperature", "type");
        assertThat(counted(RefusalReason.FIREWALL_SCHEMA)).isEqualTo(1);
        assertThat(report("schema me/telemetry").hits()).isEqualTo(1);
    }

    @Test
    void countsAndLetsPassWhileItOnlyObserves() throws Exception {
        rule(SCHEMA.formatted("observing"));
        try (RawDevice device = connected(MqttVersion.V5)) {
            assertThat(told(device, 1, "{\"temperature\":61}")).isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(scene.readings()).containsExactly("{\"temperature\":61}");
        assertThat(scene.world.hasNoMoreRefusals()).isTrue();
        RuleReport report = report("schema me/telemetry");
        assertThat(report.mode()).isEqualTo(Mode.OBSERVING);
        assertThat(report.hits()).isEqualTo(1);
        assertThat(report.lastSubject()).contains("device:" + scene.tank.id());
        assertThat(report.lastEvidence().orElseThrow()).contains("/temperature", "maximum");
        assertThat(report.lastAt()).contains(scene.world.clock.instant());
    }

    @Test
    void looksAtNothingThatIsOff() throws Exception {
        rule(SCHEMA.formatted("off"));
        try (RawDevice device = connected(MqttVersion.V5)) {
            assertThat(told(device, 1, "{}")).isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(report("schema me/telemetry").hits()).isZero();
    }

    @Test
    void closesAConnectionOfTheOlderVersionThatHasNoWordForIt() throws Exception {
        rule(SCHEMA.formatted("enforcing"));
        try (RawDevice device = connected(MqttVersion.V3_1_1)) {
            device.publish(1, "{}");
            assertThat(device.untilClosed()).isEmpty();
        }
        assertThat(scene.readings()).isEmpty();
        assertThat(scene.world.nextRefusal().details()).containsEntry("reason", "firewall-schema");
    }

    @Test
    void changesTheRulesOfALiveSessionFromItsNextMessageOn() throws Exception {
        try (RawDevice device = connected(MqttVersion.V5)) {
            assertThat(told(device, 1, "{}")).isEqualTo(ReasonCode.SUCCESS);
            rule(SCHEMA.formatted("enforcing"));
            assertThat(told(device, 2, "{}")).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            rule("{}");
            assertThat(told(device, 3, "{}")).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void keepsItsRulesThroughARestart() throws Exception {
        rule(SCHEMA.formatted("enforcing"));
        scene.restart();
        try (RawDevice device = connected(MqttVersion.V5)) {
            assertThat(told(device, 1, "{}")).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        }
    }

    @Test
    void judgesTheOtherTopicsOfADeviceToo() throws Exception {
        rule(
                """
                {"schemas":[
                  {"topic":"me/state","mode":"enforcing","schema":{"maxProperties":1}},
                  {"topic":"me/events/+","mode":"enforcing","schema":{"required":["at"]}},
                  {"topic":"me/events/leak","mode":"enforcing","schema":{"required":["litres"]}},
                  {"topic":"me/commands/+/reply","mode":"enforcing","schema":{"required":["ok"]}}]}
                """);
        String reply = "me/commands/" + scene.command("feed").id() + "/reply";
        try (RawDevice device = connected(MqttVersion.V5)) {
            assertThat(told(device, 1, "me/state", "{\"a\":1,\"b\":2}"))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertThat(told(device, 2, "me/state", "{\"a\":1}")).isEqualTo(ReasonCode.SUCCESS);
            assertThat(told(device, 3, "me/events/fed", "{}"))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertThat(told(device, 4, "me/events/fed", "{\"at\":1}"))
                    .isEqualTo(ReasonCode.SUCCESS);
            assertThat(told(device, 5, "me/events/leak", "{\"at\":1}"))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertThat(told(device, 6, reply, "{\"status\":\"x\"}"))
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        }
    }

    /** A CBOR map {"temperature": 24} and one that stands for something else. */
    @Test
    void readsCborAsItReadsJson() throws Exception {
        rule(SCHEMA.formatted("enforcing"));
        byte[] name = "temperature".getBytes(StandardCharsets.US_ASCII);
        byte[] fits = new byte[name.length + 4];
        fits[0] = (byte) 0xA1;
        fits[1] = 0x6B;
        System.arraycopy(name, 0, fits, 2, name.length);
        fits[name.length + 2] = 0x18;
        fits[name.length + 3] = 24;
        byte[] tooHot = fits.clone();
        tooHot[name.length + 3] = 99;
        try (RawDevice device = connected(MqttVersion.V5)) {
            TopicName telemetry = TopicName.of("me/telemetry");
            device.send(Publish.atLeastOnce(1, telemetry, fits));
            assertThat(((PubAck) device.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            device.send(Publish.atLeastOnce(2, telemetry, tooHot));
            assertThat(((PubAck) device.receive()).reasonCode())
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        }
    }

    @Test
    void refusesAPayloadThatIsLargerThanItsRule() throws Exception {
        rule("{\"payloads\":[{\"topic\":\"me/telemetry\",\"mode\":\"enforcing\",\"bytesMax\":8}]}");
        try (RawDevice device = connected(MqttVersion.V5)) {
            assertThat(told(device, 1, "{\"t\":12}")).isEqualTo(ReasonCode.SUCCESS);
            // PUBACK has no code for "too large" (MQTT 5.0 section 3.4.2.1).
            assertThat(told(device, 2, "{\"t\":123}")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        }
        assertThat(scene.world.nextRefusal().details())
                .containsEntry("reason", "firewall-payload")
                .containsEntry("why", "a payload of 9 bytes; the product allows 8");
        assertThat(counted(RefusalReason.FIREWALL_PAYLOAD)).isEqualTo(1);
    }

    @Test
    void refusesMoreMessagesThanItsRuleUntilTheTimeIsOver() throws Exception {
        rule(
                "{\"rates\":[{\"topic\":\"me/telemetry\",\"mode\":\"enforcing\",\"messagesMax\":2,\"seconds\":60}]}");
        try (RawDevice device = connected(MqttVersion.V5)) {
            assertThat(told(device, 1, "{}")).isEqualTo(ReasonCode.SUCCESS);
            assertThat(told(device, 2, "{}")).isEqualTo(ReasonCode.SUCCESS);
            assertThat(told(device, 3, "{}")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(told(device, 4, "me/state", "{}")).isEqualTo(ReasonCode.SUCCESS);
            scene.world.clock.advance(Duration.ofSeconds(60));
            assertThat(told(device, 5, "{}")).isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(scene.world.nextRefusal().details()).containsEntry("reason", "firewall-rate");
        assertThat(counted(RefusalReason.FIREWALL_RATE)).isEqualTo(1);
    }

    @Test
    void refusesAConnectionFromANetworkThatIsRuledOut() throws Exception {
        rule("{\"networks\":{\"mode\":\"enforcing\",\"allowed\":[\"192.0.2.0/24\"]}}");
        try (RawDevice device = scene.dial(MqttVersion.V5)) {
            assertThat(answer(device, MqttVersion.V5)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        AuditEvent refusal = scene.world.nextRefusal();
        assertThat(refusal.details())
                .containsEntry("reason", "firewall-network")
                .containsEntry("source", "127.0.0.1")
                .containsEntry("networks-allowed", "[192.0.2.0/24]");
        assertThat(counted(RefusalReason.FIREWALL_NETWORK)).isEqualTo(1);

        rule("{\"networks\":{\"mode\":\"enforcing\",\"allowed\":[\"127.0.0.0/8\"]}}");
        connected(MqttVersion.V5).close();
        rule("{\"networks\":{\"mode\":\"observing\",\"allowed\":[\"192.0.2.0/24\"]}}");
        connected(MqttVersion.V5).close();
        assertThat(report("networks").hits()).isEqualTo(1);
    }

    @Test
    void refusesMoreConnectsThanItsRule() throws Exception {
        rule("{\"connects\":{\"mode\":\"enforcing\",\"perHourMax\":2}}");
        connected(MqttVersion.V5).close();
        connected(MqttVersion.V5).close();
        try (RawDevice device = scene.dial(MqttVersion.V5)) {
            assertThat(answer(device, MqttVersion.V5))
                    .isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
        }
        assertThat(scene.world.nextRefusal().details())
                .containsEntry("reason", "firewall-connects");
        assertThat(counted(RefusalReason.FIREWALL_CONNECTS)).isEqualTo(1);
        scene.world.clock.advance(Duration.ofHours(1));
        connected(MqttVersion.V5).close();
    }

    @Test
    void noticesADeviceThatComesFromAnotherNetwork() throws Exception {
        connected(MqttVersion.V5).close();
        try (RawDevice device = scene.dialFrom("127.0.7.7", MqttVersion.V5)) {
            assertThat(answer(device, MqttVersion.V5)).isEqualTo(ReasonCode.SUCCESS);
        }
        Finding finding = onlyFinding();
        assertThat(finding.kind()).isEqualTo(FindingKind.NEW_NETWORK);
        assertThat(finding.device()).contains(scene.tank.id());
        assertThat(finding.evidence()).containsEntry("source", "127.0.7.7");
    }

    @Test
    void noticesARevokedDeviceThatTriesAgainAndAgain() throws Exception {
        scene.world.change(scene.tank, DeviceStatus.REVOKED);
        for (int i = 0; i < scene.world.limits.of(Limit.FIREWALL_FAILED_CONNECTS); i++) {
            assertThat(findings()).isEmpty();
            try (RawDevice device = scene.dial(MqttVersion.V5)) {
                assertThat(answer(device, MqttVersion.V5)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            }
        }
        Finding finding = onlyFinding();
        assertThat(finding.kind()).isEqualTo(FindingKind.FAILED_CONNECTS);
        assertThat(finding.evidence()).containsEntry("last-reason", "device-revoked");
    }

    private Finding onlyFinding() {
        assertThat(findings()).hasSize(1);
        return findings().getFirst();
    }

    private List<Finding> findings() {
        scene.firewall.findings().storeNoticed();
        return scene.firewall
                .findings()
                .find(
                        scene.world.organization,
                        new FindingStore.Filter(
                                Optional.empty(), Optional.empty(), Optional.empty()),
                        Optional.empty(),
                        10);
    }

    private void rule(String json) throws Exception {
        assertThat(
                        scene.firewall
                                .rules()
                                .change(
                                        scene.world.organization,
                                        product,
                                        RulesText.product(JsonMapper.shared().readTree(json)),
                                        Optional.empty(),
                                        EnrollmentWorld.OPERATOR))
                .isInstanceOf(Change.Changed.class);
    }

    private RuleReport report(String rule) {
        return scene.firewall.gate().report(product).stream()
                .filter(report -> report.rule().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    private double counted(RefusalReason reason) {
        return scene.world.refused("channel", reason);
    }

    private RawDevice connected(MqttVersion version) throws Exception {
        RawDevice device = scene.dial(version);
        assertThat(answer(device, version)).isEqualTo(ReasonCode.SUCCESS);
        return device;
    }

    private static ReasonCode answer(RawDevice device, MqttVersion version) throws Exception {
        device.send(new Connect(version, true, 60, ""));
        return ((ConnAck) device.receive()).reasonCode();
    }

    private static ReasonCode told(RawDevice device, int packetId, String text) throws Exception {
        return told(device, packetId, "me/telemetry", text);
    }

    private static ReasonCode told(RawDevice device, int packetId, String topic, String text)
            throws Exception {
        device.send(
                Publish.atLeastOnce(
                        packetId, TopicName.of(topic), text.getBytes(StandardCharsets.UTF_8)));
        return ((PubAck) device.receive()).reasonCode();
    }
}
