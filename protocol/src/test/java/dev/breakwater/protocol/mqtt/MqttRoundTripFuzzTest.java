/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Decoder against encoder: whatever is let in can be written, is read as the same packet again at
 * the same place of a connection, and has one canonical form, which is never the longer one. A
 * difference would be a packet that two readers understand differently.
 */
class MqttRoundTripFuzzTest {

    @FuzzTest(maxDuration = "24h")
    void whatAServerTakesSurvivesTheRoundTrip(byte[] bytes) {
        MqttLimits limits = MqttLimits.DEFAULT;
        follow(MqttDecoder.forServer(limits), MqttDecoder.forServer(limits), bytes);
    }

    @FuzzTest(maxDuration = "24h")
    void whatAClientTakesSurvivesTheRoundTrip(byte[] bytes) {
        for (MqttVersion version : MqttVersion.values()) {
            MqttLimits limits = MqttLimits.DEFAULT;
            follow(
                    MqttDecoder.forClient(version, limits),
                    MqttDecoder.forClient(version, limits),
                    bytes);
        }
    }

    /**
     * @param mirror reads the canonical form of what {@code decoder} has read
     */
    private static void follow(MqttDecoder decoder, MqttDecoder mirror, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int before = 0;
        for (@Nullable MqttPacket packet = next(decoder, in);
                packet != null;
                packet = next(decoder, in)) {
            int taken = in.position() - before;
            before = in.position();
            MqttEncoder encoder = new MqttEncoder(decoder.version().orElseThrow());
            ByteBuffer canonical = encoder.encode(packet);
            if (canonical.remaining() > taken) {
                throw new AssertionError("the canonical form is longer: " + packet);
            }
            MqttPacket again = again(mirror, canonical.duplicate());
            if (!packet.equals(again) || !encoder.encode(again).equals(canonical)) {
                throw new AssertionError(packet + " became " + again);
            }
        }
    }

    private static @Nullable MqttPacket next(MqttDecoder decoder, ByteBuffer in) {
        try {
            return decoder.decode(in);
        } catch (MalformedPacket refusal) {
            return null;
        }
    }

    private static MqttPacket again(MqttDecoder mirror, ByteBuffer canonical) {
        try {
            MqttPacket packet = mirror.decode(canonical);
            if (packet == null || canonical.hasRemaining()) {
                throw new AssertionError("the canonical form is not one whole packet");
            }
            return packet;
        } catch (MalformedPacket refusal) {
            throw new AssertionError("the canonical form is refused", refusal);
        }
    }
}
