/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every sample packet, in both directions. */
class PacketSampleTest {

    private static final String ALL = "dev.breakwater.protocol.mqtt.PacketSamples#all";

    @ParameterizedTest
    @MethodSource(ALL)
    @Tag("mqtt5:3.1.3-1")
    @Tag("mqtt5:3.1.3-3")
    @Tag("mqtt311:3.1.3-1")
    @Tag("mqtt311:3.1.3-3")
    void decodesTheBytesToThePacket(PacketSample sample) throws MalformedPacket {
        ByteBuffer in = sample.buffer();

        assertThat(sample.decoder().decode(in)).isEqualTo(sample.packet());
        assertThat(in.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @MethodSource(ALL)
    @Tag("mqtt5:2.2.2-1")
    void encodesThePacketToTheBytes(PacketSample sample) {
        MqttEncoder encoder = new MqttEncoder(sample.version());

        ByteBuffer out = encoder.encode(sample.packet());

        assertThat(Hex.of(Bytes.toArray(out))).isEqualTo(Hex.of(sample.bytes()));
        assertThat(encoder.encodedLength(sample.packet())).isEqualTo(sample.bytes().length);
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void waitsForTheRestWhereverThePacketIsCut(PacketSample sample) throws MalformedPacket {
        byte[] whole = sample.bytes();
        MqttDecoder decoder = sample.decoder();
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer in = ByteBuffer.wrap(Arrays.copyOf(whole, length));

            assertThat(decoder.decode(in)).as("first %d bytes", length).isNull();
            assertThat(in.position()).as("bytes taken of %d", length).isZero();
        }
        assertThat(decoder.decode(ByteBuffer.wrap(whole))).isEqualTo(sample.packet());
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void readsAndWritesAnyBufferAtAnyPosition(PacketSample sample) throws MalformedPacket {
        byte[] whole = sample.bytes();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(whole.length + 7).order(ByteOrder.LITTLE_ENDIAN);
        direct.position(3);
        new MqttEncoder(sample.version()).encode(sample.packet(), direct);
        assertThat(direct.position()).isEqualTo(3 + whole.length);
        direct.position(3);

        ByteBuffer in = direct.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);

        assertThat(sample.decoder().decode(in)).isEqualTo(sample.packet());
        assertThat(in.position()).isEqualTo(3 + whole.length);
    }

    @Test
    void coverEveryPacketTypeInBothVersions() {
        for (MqttVersion version : MqttVersion.values()) {
            Set<PacketType> expected = EnumSet.allOf(PacketType.class);
            if (version == MqttVersion.V3_1_1) {
                expected.remove(PacketType.AUTH);
            }
            assertThat(
                            PacketSamples.all()
                                    .filter(sample -> sample.version() == version)
                                    .map(sample -> sample.packet().type()))
                    .as("types sampled in %s", version)
                    .containsAll(expected);
        }
    }
}
