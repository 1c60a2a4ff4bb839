/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttDecoder;
import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttLimits;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

class TelemetryPacketsTest {

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void writesReadingsThatSayTheirNumbers(MqttVersion version) throws MalformedPacket {
        TelemetryPackets packets = new TelemetryPackets(Topics.TELEMETRY, version);
        ByteBuf out = Unpooled.buffer();
        packets.append(out, 1, 0, false);
        packets.append(out, 65_535, 12_345_678, true);
        MqttDecoder decoder = MqttDecoder.forClient(version, MqttLimits.DEFAULT);
        ConnAck accepted = new ConnAck(false, ReasonCode.SUCCESS, MqttProperties.EMPTY);
        decoder.decode(new MqttEncoder(version).encode(accepted));

        var bytes = out.nioBuffer();
        assertReading(decoder.decode(bytes), 1, 0, false);
        assertReading(decoder.decode(bytes), 65_535, 12_345_678, true);
        assertThat(bytes.hasRemaining()).isFalse();
    }

    private static void assertReading(
            @Nullable MqttPacket packet, int packetId, int number, boolean duplicate) {
        assertThat(packet).isInstanceOf(Publish.class);
        Publish publish = (Publish) Objects.requireNonNull(packet);
        assertThat(publish.packetId()).isEqualTo(packetId);
        assertThat(publish.duplicate()).isEqualTo(duplicate);
        assertThat(publish.payloadLength()).isEqualTo(TelemetryPackets.PAYLOAD_BYTES);
        String json = new String(publish.payloadBytes(), StandardCharsets.UTF_8);
        int written = JsonMapper.shared().readTree(json).path("number").intValue();
        assertThat(TelemetryPackets.numberOf(written)).isEqualTo(number);
    }
}
