/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.TopicName;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * PUBLISH packets of {@value #PAYLOAD_BYTES} bytes of JSON at QoS 1, each with its number, so that
 * what was acknowledged can be looked for afterwards. The packet is encoded once; what differs is
 * written over.
 */
public final class TelemetryPackets {

    /** Bytes of one payload. */
    public static final int PAYLOAD_BYTES = 100;

    /** Numbers are written with eight digits; this is the first. */
    private static final int FIRST = 10_000_000;

    private static final int DIGITS = 8;
    private static final int DUPLICATE_FLAG = 0x08;
    private static final String BEFORE_NUMBER = "{\"number\":";

    private final byte[] packet;
    private final int packetIdAt;
    private final int digitsAt;

    /** Packets to this topic in this version of MQTT. */
    public TelemetryPackets(String topic, MqttVersion version) {
        byte[] payload = payload(0).getBytes(US_ASCII);
        Publish publish = Publish.atLeastOnce(1, TopicName.of(topic), payload);
        ByteBuffer encoded = new MqttEncoder(version).encode(publish);
        this.packet = new byte[encoded.remaining()];
        encoded.get(packet);
        int payloadAt = packet.length - PAYLOAD_BYTES;
        // MQTT 5.0 has the length of the properties, which is 0, between packet id and payload.
        this.packetIdAt = payloadAt - (version == MqttVersion.V5 ? 3 : 2);
        this.digitsAt = payloadAt + BEFORE_NUMBER.length();
    }

    /** The reading of this number: {@value #PAYLOAD_BYTES} bytes in UTF-8. */
    static String payload(int number) {
        String text =
                String.format(
                        Locale.ROOT,
                        "%s%d,\"temperatureCelsius\":24.53,\"levelMillimetres\":412,\"pump\":true,\"note\":\"",
                        BEFORE_NUMBER,
                        FIRST + number);
        String end = "\"}";
        return text + "x".repeat(PAYLOAD_BYTES - text.length() - end.length()) + end;
    }

    /** The number, from 0, that stands in a reading's JSON as this. */
    public static int numberOf(int written) {
        return written - FIRST;
    }

    /** Bytes of one packet. */
    public int packetBytes() {
        return packet.length;
    }

    /**
     * Appends a packet.
     *
     * @param packetId 1 to 65,535
     * @param number of the reading, from 0
     * @param duplicate whether it was sent before
     */
    public void append(ByteBuf out, int packetId, int number, boolean duplicate) {
        int start = out.writerIndex();
        out.writeBytes(packet);
        out.setShort(start + packetIdAt, packetId);
        if (duplicate) {
            out.setByte(start, packet[0] | DUPLICATE_FLAG);
        }
        int rest = FIRST + number;
        for (int digit = DIGITS - 1; digit >= 0; digit--) {
            out.setByte(start + digitsAt + digit, '0' + rest % 10);
            rest /= 10;
        }
    }
}
