/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/**
 * A whole connection of arbitrary bytes. In a normal run each file of the seed corpus, under {@code
 * src/test/resources} in the folder of this class's {@code Inputs}, is read once; with {@code
 * JAZZER_FUZZ=1} in the environment Jazzer goes on from there, for as long as it is let.
 */
class MqttDecoderFuzzTest {

    @FuzzTest(maxDuration = "10m")
    void serverTakesAnyBytes(byte[] bytes) {
        feed(MqttDecoder.forServer(MqttLimits.DEFAULT), bytes);
    }

    @FuzzTest(maxDuration = "10m")
    void clientTakesAnyBytes(byte[] bytes) {
        feed(MqttDecoder.forClient(MqttVersion.V5, MqttLimits.DEFAULT), bytes);
        feed(MqttDecoder.forClient(MqttVersion.V3_1_1, MqttLimits.DEFAULT), bytes);
    }

    /** Reads to the end, to a packet that is not whole, or to the first refusal. */
    private static void feed(MqttDecoder decoder, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            int before = 0;
            MqttPacket packet = decoder.decode(in);
            while (packet != null) {
                assertThat(in.position()).as("progress").isGreaterThan(before);
                before = in.position();
                MqttVersion version = decoder.version().orElseThrow();
                assertThat(new MqttEncoder(version).encodedLength(packet)).isPositive();
                packet = decoder.decode(in);
            }
            assertThat(in.position()).as("bytes taken while waiting").isEqualTo(before);
        } catch (MalformedPacket expected) {
            assertThat(expected).hasMessageContaining("refused");
        }
    }
}
