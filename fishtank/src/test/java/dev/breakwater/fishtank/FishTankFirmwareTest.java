/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceRequests;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.Command;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.protocol.message.DesiredState;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicName;
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
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The whole firmware from its provisioning file on, against scripted peers. */
@Timeout(60)
class FishTankFirmwareTest {

    private final TestPki pki = TestPki.create(Clock.systemUTC());
    private final TestClock clock = TestClock.atPresent();
    private final TestTime time = new TestTime(clock);
    private final AgentEnvironment environment =
            new AgentEnvironment(clock, time::rest, new Random(3));
    private final MessageReader server = MessageReader.forServer();
    private final DeviceId deviceId = DeviceId.fresh();

    @TempDir Path directory;
    private ScriptedMqttPeer peer;
    private ScriptedEstPeer est;
    private volatile boolean givenAway;
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
    void enrollsReportsAndObeys() throws Exception {
        try (FishTankFirmware firmware = start()) {
            MqttConversation tank = peer.accept();
            tank.welcome();
            JsonNode state = json(tank.expectOn(Topics.STATE));
            assertThat(state.path("light").path("on").booleanValue()).isFalse();
            assertThat(state.path("targetTemperatureCelsius").doubleValue()).isEqualTo(25);
            JsonNode telemetry = json(tank.expectOn(Topics.TELEMETRY));
            assertThat(telemetry.path("temperatureCelsius").doubleValue()).isBetween(22.0, 26.0);
            assertThat(telemetry.path("lightLux").isNumber()).isTrue();

            assertThat(command(tank, "feed", "{\"portions\":2}"))
                    .isEqualTo(
                            new CommandReply.Succeeded(
                                    object("{\"portions\":2,\"portionsIn24Hours\":2}")));
            assertThat(command(tank, "set-light", "{\"on\":true,\"brightness\":30}"))
                    .isEqualTo(
                            new CommandReply.Succeeded(object("{\"on\":true,\"brightness\":30}")));

            time.advance(time.awaitRestOf("fishtank-reporter"));
            JsonNode lit = json(tank.expectOn(Topics.TELEMETRY));
            assertThat(lit.path("lightLux").doubleValue()).isGreaterThan(1_500);
            assertThat(firmware.flush(Duration.ofSeconds(10))).isTrue();
        }
        assertThat(Files.readString(provisioning)).doesNotContain("canary");
    }

    @Test
    void refusesArgumentsOutsideItsLimits() throws Exception {
        try (FishTankFirmware _ = start()) {
            MqttConversation tank = peer.accept();
            tank.welcome();
            assertThat(error(tank, "feed", "{\"portions\":4}"))
                    .isEqualTo("portions must be 1 to 3, not 4");
            assertThat(error(tank, "feed", "{\"portions\":1.5}"))
                    .isEqualTo("portions must be a whole number");
            assertThat(error(tank, "feed", "{\"portions\":\"2\"}"))
                    .isEqualTo("portions must be a whole number");
            assertThat(error(tank, "feed", "{\"portions\":1,\"now\":true}"))
                    .isEqualTo("feed takes portions and nothing else");
            assertThat(error(tank, "set-light", "{\"brightness\":10}"))
                    .isEqualTo("on must be true or false");
            assertThat(error(tank, "set-light", "{\"on\":true,\"brightness\":101}"))
                    .isEqualTo("brightness must be 0 to 100 percent, not 101");
            assertThat(error(tank, "self-destruct", "{}")).contains("it knows [feed, set-light]");
        }
    }

    @Test
    void takesOverDesiredStateAndReportsWhatBecameOfIt() throws Exception {
        try (FishTankFirmware _ = start()) {
            MqttConversation tank = peer.accept();
            tank.welcome();
            tank.expectOn(Topics.STATE);
            desire(tank, 1, "{\"light\":{\"on\":true},\"targetTemperatureCelsius\":27}");
            JsonNode reported = json(tank.expectOn(Topics.STATE));
            assertThat(reported)
                    .isEqualTo(
                            object(
                                    "{\"targetTemperatureCelsius\":27.0,\"light\":{\"on\":true,\"brightness\":80}}"));
            desire(tank, 2, "{\"targetTemperatureCelsius\":90,\"wings\":2}");
            assertThat(json(tank.expectOn(Topics.STATE))).isEqualTo(reported);
        }
    }

    @Test
    void leavesNothingReusableOnItsDisk() throws Exception {
        try (FishTankFirmware _ = start()) {
            MqttConversation tank = peer.accept();
            tank.welcome();
            tank.expectOn(Topics.STATE);
        }
        try (var all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain("canary")
                        .doesNotContain("PRIVATE KEY")
                        .doesNotContain(deviceId.toString());
            }
        }
    }

    @Test
    void comesBackWithTheSameIdentityAfterARestart() throws Exception {
        MqttConversation before;
        try (FishTankFirmware _ = start()) {
            before = peer.accept();
            before.welcome();
            before.expectOn(Topics.STATE);
        }
        est.close();
        try (FishTankFirmware _ = start()) {
            MqttConversation after = peer.accept();
            assertThat(after.clientCertificate()).isEqualTo(before.clientCertificate());
        }
    }

    @Test
    void reportsThatItKeepsWhatItsManifestDeclares() throws Exception {
        try (FishTankFirmware _ = start()) {
            MqttConversation tank = peer.accept();
            tank.welcome();
            JsonNode inventory = json(tank.expectOn(Topics.EVENTS_PREFIX + "storage-inventory"));
            assertThat(inventory.path("undeclared").intValue()).isZero();
            assertThat(inventory.path("vouchedFor").stringValue()).isEqualTo("unsigned");
            assertThat(inventory.path("manifestSha256").stringValue()).matches("[0-9a-f]{64}");
        }
    }

    @Test
    void becomesANewTankWhenTheServerOrdersIt() throws Exception {
        PublicKey before;
        try (FishTankFirmware firmware = start()) {
            MqttConversation tank = peer.accept();
            before = tank.clientCertificate().getPublicKey();
            tank.welcome();
            givenAway = true;
            tank.send(new Disconnect(ReasonCode.ADMINISTRATIVE_ACTION));
            firmware.awaitErased();
            givenAway = false;
        }
        assertThat(directory.resolve("data.key")).doesNotExist();
        try (var left = Files.newDirectoryStream(directory.resolve("data"))) {
            assertThat(left).isEmpty();
        }
        provision("canary-5678");
        try (FishTankFirmware _ = start()) {
            assertThat(peer.accept().clientCertificate().getPublicKey()).isNotEqualTo(before);
        }
    }

    @Test
    void becomesANewTankByHandWithoutAServer() throws Exception {
        FishTankFirmware firmware = start();
        MqttConversation tank = peer.accept();
        tank.welcome();
        tank.expectOn(Topics.STATE);
        peer.close();
        est.close();
        assertThat(firmware.eraseByHand().statement())
                .contains("\"serial\":\"tank-1\"", "\"cause\":\"by-hand\"", "\"credentials\"");
        firmware.awaitErased();
        assertThat(directory.resolve("data.key")).doesNotExist();
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
        if (givenAway) {
            return new Answer(
                    410,
                    Map.of(DeviceRequests.GIVEN_AWAY_HEADER, deviceId.toString()),
                    "given away");
        }
        var key = new JcaPKCS10CertificationRequest(question.request()).getPublicKey();
        KeyPair forPublicKey = new KeyPair(key, TestKeys.p256().getPrivate());
        return Answer.certificates(
                pki.device(deviceId, new DeviceSerial("tank-1"), forPublicKey).leaf());
    }

    private String error(MqttConversation tank, String name, String arguments) throws Exception {
        return ((CommandReply.Failed) command(tank, name, arguments)).error();
    }

    private CommandReply command(MqttConversation tank, String name, String arguments)
            throws Exception {
        CommandId id = CommandId.fresh();
        Command command =
                new Command(name, object(arguments), clock.instant().plus(Duration.ofMinutes(1)));
        tank.send(Publish.atMostOnce(topic(Topics.command(id)), command.toJson()));
        return server.commandReply(tank.expectOn(Topics.commandReply(id)).payloadBytes());
    }

    private void desire(MqttConversation tank, long version, String state) throws IOException {
        byte[] payload = new DesiredState(version, object(state)).toJson();
        tank.send(Publish.atMostOnce(topic(Topics.DESIRED_STATE), payload));
    }

    private static TopicName topic(String text) {
        return TopicName.of(text);
    }

    private static JsonNode json(Publish publish) {
        return JsonMapper.shared().readTree(new String(publish.payloadBytes(), UTF_8));
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }
}
