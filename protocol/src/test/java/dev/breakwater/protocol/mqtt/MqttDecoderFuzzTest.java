/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/**
 * A whole connection of arbitrary bytes. In a normal run each file of the seed corpus, under {@code
 * src/test/resources} in the folder of this class's {@code Inputs}, is read once; {@code ./build
 * fuzz} goes on from there.
 */
class MqttDecoderFuzzTest {

    @FuzzTest(maxDuration = "24h")
    void serverTakesAnyBytes(byte[] bytes) {
        feed(MqttDecoder.forServer(MqttLimits.DEFAULT), bytes);
    }

    @FuzzTest(maxDuration = "24h")
    void clientTakesAnyBytes(byte[] bytes) {
        feed(MqttDecoder.forClient(MqttVersion.V5, MqttLimits.DEFAULT), bytes);
        feed(MqttDecoder.forClient(MqttVersion.V3_1_1, MqttLimits.DEFAULT), bytes);
    }

    /** Reads to the end, to a packet that is not whole, or to the first refusal. */
    private static void feed(MqttDecoder decoder, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int before = 0;
        try {
            for (MqttPacket packet = decoder.decode(in);
                    packet != null;
                    packet = decoder.decode(in)) {
                require(in.position() > before, "a packet came out of no bytes");
                require(in.position() <= bytes.length, "a packet reaches beyond its bytes");
                before = in.position();
            }
            require(in.position() == before, "bytes were taken while waiting");
        } catch (MalformedPacket refusal) {
            require(in.position() == before, "bytes were taken by a refusal");
            require(refusal.reasonCode().isFailure(), "a refusal says success");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
