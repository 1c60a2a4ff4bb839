/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PubComp;
import dev.breakwater.protocol.mqtt.PubRec;
import dev.breakwater.protocol.mqtt.PubRel;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.command.CommandState;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.identity.DeviceStatus;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes on where an earlier connection left off, exactly once in both directions. */
class ResumedSessionTest extends KeptSessionScene {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void storesAQos2MessageOnceAcrossConnections(boolean restart) throws Exception {
        try (RawDevice tank = connect()) {
            tank.send(telemetry(false, 9, "{\"n\":1}"));
            assertThat(tank.receive()).isEqualTo(new PubRec(9));
        }
        if (restart) {
            scene.restart();
        }
        try (RawDevice tank = reconnect()) {
            // As if PUBREC had been lost on the way.
            tank.send(telemetry(true, 9, "{\"n\":1}"));
            assertThat(tank.receive()).isEqualTo(new PubRec(9));
        }
        try (RawDevice tank = reconnect()) {
            tank.send(new PubRel(9));
            assertThat(tank.receive()).isEqualTo(new PubComp(9));
        }
        assertThat(scene.readings()).containsExactly("{\"n\":1}");
        try (RawDevice tank = reconnect()) {
            tank.send(telemetry(false, 9, "{\"n\":2}"));
            assertThat(tank.receive()).isEqualTo(new PubRec(9));
        }
        assertThat(scene.readings()).containsExactly("{\"n\":1}", "{\"n\":2}");
    }

    /** A refused message ends its exchange: the id names another one afterwards [MQTT-4.3.3-9]. */
    @Test
    void forgetsTheIdOfARefusedMessage() throws Exception {
        try (RawDevice tank = connect()) {
            tank.send(telemetry(false, 9, "no JSON"));
            assertThat(((PubRec) tank.receive()).reasonCode())
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        }
        try (RawDevice tank = reconnect()) {
            tank.send(telemetry(false, 9, "{\"n\":1}"));
            assertThat(tank.receive()).isEqualTo(new PubRec(9));
        }
        assertThat(scene.readings()).containsExactly("{\"n\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "V5, AT_LEAST_ONCE",
        "V5, EXACTLY_ONCE",
        "V3_1_1, AT_LEAST_ONCE",
        "V3_1_1, EXACTLY_ONCE"
    })
    @Tag("mqtt311:3.3.1-1")
    @Tag("mqtt311:4.4.0-1")
    @Tag("mqtt311:4.6.0-1")
    @Tag("mqtt5:3.3.1-1")
    @Tag("mqtt5:4.4.0-1")
    void sendsAgainWithTheSameIdWhatWasNotAcknowledged(MqttVersion version, QualityOfService qos)
            throws Exception {
        DeviceCommand first;
        DeviceCommand second;
        int firstId;
        int secondId;
        try (RawDevice tank = connect(version)) {
            subscribe(tank, qos);
            first = scene.command("feed");
            firstId = commandId(tank.receive(), first, qos, false);
            second = scene.command("feed");
            secondId = commandId(tank.receive(), second, qos, false);
            assertThat(secondId).isNotEqualTo(firstId);
        }
        scene.restart();
        try (RawDevice tank = reconnect(version)) {
            assertThat(commandId(tank.receive(), first, qos, true)).isEqualTo(firstId);
            assertThat(commandId(tank.receive(), second, qos, true)).isEqualTo(secondId);
            DeviceCommand third = scene.command("feed");
            assertThat(commandId(tank.receive(), third, qos, false)).isNotIn(firstId, secondId);
        }
    }

    /** Whoever takes over goes on where the connection before was. */
    @Test
    void sendsAgainToTheConnectionThatTakesOver() throws Exception {
        try (RawDevice before = connect()) {
            subscribe(before, QualityOfService.EXACTLY_ONCE);
            DeviceCommand feed = scene.command("feed");
            int id = commandId(before.receive(), feed, QualityOfService.EXACTLY_ONCE, false);
            try (RawDevice after = reconnect()) {
                assertThat(commandId(after.receive(), feed, QualityOfService.EXACTLY_ONCE, true))
                        .isEqualTo(id);
                after.send(new PubRec(id));
                assertThat(after.receive()).isEqualTo(new PubRel(id));
                after.send(new PubComp(id));
                assertSilent(after);
                scene.cancel(feed);
                assertThat(scene.state(feed)).isEqualTo(CommandState.DELIVERED);
            }
        }
    }

    @Test
    @Tag("mqtt5:4.4.0-1")
    @Tag("mqtt5:4.3.3-6")
    void neverSendsAgainWhatTheDeviceHasReceived() throws Exception {
        DeviceCommand feed;
        int id;
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.EXACTLY_ONCE);
            feed = scene.command("feed");
            id = commandId(tank.receive(), feed, QualityOfService.EXACTLY_ONCE, false);
            tank.send(new PubRec(id));
            assertThat(tank.receive()).isEqualTo(new PubRel(id));
            scene.cancel(feed);
            assertThat(scene.state(feed)).isEqualTo(CommandState.DELIVERED);
        }
        scene.restart();
        try (RawDevice tank = reconnect()) {
            assertThat(tank.receive()).isEqualTo(new PubRel(id));
            tank.send(new PubComp(id));
            assertSilent(tank);
        }
        try (RawDevice tank = reconnect()) {
            assertSilent(tank);
        }
    }

    /** The device is asked to forget the id; the command itself has no meaning any more. */
    @Test
    void abandonsWhatWasWithdrawnOnItsWay() throws Exception {
        DeviceCommand feed;
        int id;
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.EXACTLY_ONCE);
            feed = scene.command("feed");
            id = commandId(tank.receive(), feed, QualityOfService.EXACTLY_ONCE, false);
        }
        scene.cancel(feed);
        assertThat(scene.state(feed)).isEqualTo(CommandState.CANCELLED);
        try (RawDevice tank = reconnect()) {
            assertThat(tank.receive()).isEqualTo(new PubRel(id));
            tank.send(
                    new PubComp(id, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, MqttProperties.EMPTY));
            assertSilent(tank);
        }
    }

    /** A state that has changed is another message, and must not hide behind the id of the old. */
    @Test
    void sendsAStateThatHasChangedAsANewMessage() throws Exception {
        int id;
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
            scene.desire("{\"light\":7}");
            id = ((Publish) tank.receive()).packetId();
        }
        scene.desire("{\"light\":8}");
        try (RawDevice tank = reconnect()) {
            Publish desired = (Publish) tank.receive();
            assertThat(desired.duplicate()).isFalse();
            assertThat(desired.packetId()).isNotEqualTo(id);
            assertThat(new String(desired.payloadBytes(), StandardCharsets.UTF_8))
                    .contains("\"light\":8");
        }
    }

    @Test
    void keepsNothingOfARevokedDevice() throws Exception {
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
            scene.world.change(scene.tank, DeviceStatus.REVOKED);
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.ADMINISTRATIVE_ACTION));
        }
        scene.restart();
        assertThat(scene.kept.count()).isZero();
    }
}
