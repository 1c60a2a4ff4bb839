/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;

/** Decoders that have read the packet that opens a connection. */
final class Decoders {

    private Decoders() {}

    static MqttDecoder server(MqttVersion version) throws MalformedPacket {
        return server(version, MqttLimits.DEFAULT);
    }

    /** A server's decoder behind a CONNECT; in MQTT 5.0 one that agreed on authentication. */
    static MqttDecoder server(MqttVersion version, MqttLimits limits) throws MalformedPacket {
        MqttProperties properties =
                version == MqttVersion.V5
                        ? MqttProperties.of(MqttProperty.AUTHENTICATION_METHOD, "SCRAM-SHA-256")
                        : MqttProperties.EMPTY;
        return server(
                new Connect(version, true, 60, "tank-1", null, null, null, properties), limits);
    }

    static MqttDecoder server(Connect connect, MqttLimits limits) throws MalformedPacket {
        MqttDecoder decoder = MqttDecoder.forServer(limits);
        assertThat(decoder.decode(new MqttEncoder(connect.version()).encode(connect)))
                .isEqualTo(connect);
        return decoder;
    }

    static MqttDecoder client(MqttVersion version) throws MalformedPacket {
        return client(version, MqttLimits.DEFAULT);
    }

    static MqttDecoder client(MqttVersion version, MqttLimits limits) throws MalformedPacket {
        MqttDecoder decoder = MqttDecoder.forClient(version, limits);
        ConnAck connAck = new ConnAck(false, ReasonCode.SUCCESS, MqttProperties.EMPTY);
        assertThat(decoder.decode(new MqttEncoder(version).encode(connAck))).isEqualTo(connAck);
        return decoder;
    }

    /** Asserts that the bytes are refused by this rule, with its code and its place in the text. */
    static void assertRefused(
            MqttDecoder decoder, MqttVersion version, MqttRule rule, String wire) {
        ByteBuffer in = Hex.buffer(wire);
        MalformedPacket refusal =
                catchThrowableOfType(MalformedPacket.class, () -> decoder.decode(in));
        assertThat(refusal).as("refusal of %s", wire).isNotNull();
        assertThat(refusal.rule()).isEqualTo(rule);
        assertThat(refusal.reasonCode()).isEqualTo(rule.reasonCode());
        assertThat(refusal).hasMessageContaining(rule.sentence());
        assertThat(refusal).hasMessageEndingWith("[" + rule.place(version) + "]");
        assertThat(in.position()).as("bytes taken by a refusal").isZero();
    }
}
