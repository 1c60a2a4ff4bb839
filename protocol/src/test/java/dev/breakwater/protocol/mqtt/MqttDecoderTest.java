/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MqttDecoderTest {

    private static final Publish MESSAGE =
            Publish.atLeastOnce(1, TopicName.of("me/telemetry"), new byte[] {1, 2, 3});

    @Test
    void readsOnePacketAtATimeFromAStreamOfThem() throws MalformedPacket {
        MqttEncoder encoder = new MqttEncoder(MqttVersion.V5);
        List<MqttPacket> sent =
                List.of(
                        new Connect(MqttVersion.V5, true, 60, "tank-1"),
                        MESSAGE,
                        new PingReq(),
                        new Disconnect(ReasonCode.SUCCESS));
        ByteBuffer stream = ByteBuffer.allocate(256);
        sent.forEach(packet -> encoder.encode(packet, stream));
        stream.flip();
        MqttDecoder decoder = MqttDecoder.forServer(MqttLimits.DEFAULT);

        List<MqttPacket> received = new ArrayList<>();
        for (MqttPacket packet = decoder.decode(stream);
                packet != null;
                packet = decoder.decode(stream)) {
            received.add(packet);
        }

        assertThat(received).isEqualTo(sent);
        assertThat(stream.hasRemaining()).isFalse();
    }

    @Test
    void learnsTheVersionFromConnect() throws MalformedPacket {
        MqttDecoder decoder = MqttDecoder.forServer(MqttLimits.DEFAULT);
        assertThat(decoder.version()).isEmpty();

        decoder.decode(
                new MqttEncoder(MqttVersion.V3_1_1)
                        .encode(new Connect(MqttVersion.V3_1_1, true, 60, "tank-1")));

        assertThat(decoder.version()).hasValue(MqttVersion.V3_1_1);
    }

    @Test
    void refusesForTheSameReasonEverAfter() throws MalformedPacket {
        MqttDecoder decoder = Decoders.server(MqttVersion.V5);
        Decoders.assertRefused(decoder, MqttVersion.V5, MqttRule.PUBLISH_QOS, "36 03 00 01 61");

        Decoders.assertRefused(decoder, MqttVersion.V5, MqttRule.PUBLISH_QOS, "C0 00");
    }

    @Test
    void tellsOperatorsWhatWasRefusedByWhichLimitAndRule() {
        assertThatThrownBy(
                        () -> Decoders.server(MqttVersion.V3_1_1).decode(Hex.buffer("30 FD FF 07")))
                .isInstanceOf(MalformedPacket.class)
                .hasMessage(
                        "PUBLISH refused: the packet is larger than taken here"
                                + " (131073 bytes, limit 131072) [section 4.13]");
        assertThatThrownBy(
                        () ->
                                MqttDecoder.forServer(MqttLimits.DEFAULT)
                                        .decode(Hex.buffer("10 08 00 04 4D 51 54 54 05 03")))
                .hasMessage("CONNECT refused: the reserved connect flag is not 0 [MQTT-3.1.2-3]");
    }

    @Test
    void refusalsCostNoStackTrace() {
        MalformedPacket refusal =
                MalformedPacket.breaking(MqttRule.PUBLISH_QOS, PacketType.PUBLISH, null, "");

        assertThat(refusal.getStackTrace()).isEmpty();
    }

    @Test
    void payloadIsReadOnlyViewOfTheInput() throws MalformedPacket {
        ByteBuffer in = new MqttEncoder(MqttVersion.V5).encode(MESSAGE);
        Publish publish = (Publish) decodeWhole(Decoders.server(MqttVersion.V5), in);
        byte[] own = publish.payloadBytes();

        assertThatThrownBy(() -> publish.payload().put((byte) 0))
                .isInstanceOf(ReadOnlyBufferException.class);
        assertThat(publish.payload().get()).isEqualTo((byte) 1);
        assertThat(publish.payloadLength()).isEqualTo(3);

        in.put(in.limit() - 3, (byte) 9);
        assertThat(publish.payload().get()).isEqualTo((byte) 9);
        assertThat(own).containsExactly(1, 2, 3);
    }

    @Test
    void everythingButThePayloadIsACopyOfItsOwn() throws MalformedPacket {
        Connect connect =
                new Connect(
                        MqttVersion.V3_1_1,
                        true,
                        60,
                        "tank-1",
                        new Will(
                                TopicName.of("me/gone"),
                                QualityOfService.AT_MOST_ONCE,
                                false,
                                MqttProperties.EMPTY,
                                PacketSamples.text("gone")),
                        "user",
                        PacketSamples.text("password"),
                        MqttProperties.EMPTY);
        byte[] wire = Bytes.toArray(new MqttEncoder(MqttVersion.V3_1_1).encode(connect));
        MqttPacket read =
                decodeWhole(MqttDecoder.forServer(MqttLimits.DEFAULT), ByteBuffer.wrap(wire));

        Arrays.fill(wire, (byte) 0);

        assertThat(read).isEqualTo(connect);
    }

    @Test
    void passwordsAndValuesOfPropertiesStayOutOfTexts() {
        Connect connect =
                new Connect(
                        MqttVersion.V5,
                        true,
                        60,
                        "tank-1",
                        null,
                        "canary-user",
                        PacketSamples.text("canary-password"),
                        MqttProperties.of(MqttProperty.AUTHENTICATION_METHOD, "canary-method"));

        assertThat(connect.toString()).contains("tank-1").doesNotContain("canary");
        assertThat(connect.properties().toString()).doesNotContain("canary");
    }

    @Test
    void announcedLengthsCostNoMemory() throws MalformedPacket {
        MqttDecoder decoder = Decoders.server(MqttVersion.V5);
        ByteBuffer header = Hex.buffer("30 FC FF 07");

        long allocatedBytes =
                allocatedBytes(
                        () -> {
                            for (int i = 0; i < 1_000; i++) {
                                assertStillWaiting(decoder, header);
                            }
                        });

        assertThat(allocatedBytes / 1_000).isLessThan(256);
    }

    @Test
    void largestPayloadIsNotCopied() throws MalformedPacket {
        MqttDecoder decoder = Decoders.server(MqttVersion.V5);
        ByteBuffer in =
                new MqttEncoder(MqttVersion.V5)
                        .encode(Publish.atMostOnce(TopicName.of("a"), new byte[100 * 1024]));

        long allocatedBytes = allocatedBytes(() -> decodeWhole(decoder, in));

        assertThat(allocatedBytes).isLessThan(16 * 1024);
    }

    @Test
    void packetOfTinyFieldsCostsLittleMoreThanItsBytes() throws MalformedPacket {
        // 128 KiB of empty user properties would become 26,000 objects without a limit.
        MqttDecoder decoder = Decoders.server(MqttVersion.V5);
        int properties = 26_000;
        ByteBuffer in = ByteBuffer.allocate(5 * properties + 12);
        BufferSink sink = new BufferSink(in);
        sink.writeByte(0x30);
        sink.writeVariableByteInteger(3 + 3 + 5 * properties);
        sink.writeString("a");
        sink.writeVariableByteInteger(5 * properties);
        for (int i = 0; i < properties; i++) {
            sink.writeByte(MqttProperty.USER_PROPERTY.id());
            sink.writeFourBytes(0);
        }
        in.flip();

        long allocatedBytes =
                allocatedBytes(
                        () ->
                                assertThatThrownBy(() -> decoder.decode(in))
                                        .hasMessageContaining("user properties"));

        assertThat(allocatedBytes).isLessThan(1024 * 1024);
    }

    private static MqttPacket decodeWhole(MqttDecoder decoder, ByteBuffer in)
            throws MalformedPacket {
        return Objects.requireNonNull(decoder.decode(in), "the packet is not whole");
    }

    private static void assertStillWaiting(MqttDecoder decoder, ByteBuffer in)
            throws MalformedPacket {
        if (decoder.decode(in) != null) {
            throw new AssertionError("a packet came out of its header");
        }
    }

    private interface Work {
        void run() throws MalformedPacket;
    }

    private static long allocatedBytes(Work work) throws MalformedPacket {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
