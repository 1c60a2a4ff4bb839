/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttDecoder;
import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttLimits;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.mqtt.Will;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.OutboundMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An admitted device that says anything, in any order. The first byte of an input is how its
 * session begins; then come steps, each a length and so many bytes of the device, and between them
 * the server has messages for it. What the server answers must be MQTT, must be little, and every
 * delivery's outcome must be told once.
 */
class MqttSessionFuzzTest {

    private static final int VERSION_5 = 0x01;
    private static final int WITH_WILL = 0x02;
    private static final int NARROW = 0x04;
    private static final int DELIVERIES_SHIFT = 4;

    /** A PUBACK with words answers a PUBLISH of 7 bytes; nothing is answered by more. */
    private static final int ANSWER_FACTOR_MAX = 16;

    private static final TlsFreeChannels CHANNELS = channels();

    private static TlsFreeChannels channels() {
        try {
            return new TlsFreeChannels();
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    @FuzzTest(maxDuration = "24h")
    void sessionTakesAnyPackets(byte[] bytes) throws MalformedPacket {
        if (bytes.length < 2) {
            return;
        }
        Conversation conversation = new Conversation(bytes[0]);
        int deliveries = (bytes[0] >> DELIVERIES_SHIFT) & 0x0F;
        int at = 1;
        while (at < bytes.length && conversation.isOpen()) {
            int length = Math.min(bytes[at] & 0xFF, bytes.length - at - 1);
            conversation.hear(bytes, at + 1, length);
            at += 1 + length;
            if (deliveries > 0) {
                deliveries--;
                conversation.deliver();
            }
        }
        conversation.end();
    }

    /** One session with its device. */
    private static final class Conversation {

        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final MqttVersion version;
        private final MqttDecoder device;
        private final MqttSession session;
        private int heardBytes;
        private int deliveredBytes;
        private int saidBytes;
        private int outcomesOwed;

        Conversation(int how) throws MalformedPacket {
            this.version = (how & VERSION_5) != 0 ? MqttVersion.V5 : MqttVersion.V3_1_1;
            Connect connect = connect(how);
            MqttFraming framing =
                    new MqttFraming(channel, CHANNELS.limits, CHANNELS.parts.metrics());
            PacketWriter writer =
                    new PacketWriter(
                            channel,
                            version,
                            SessionTerms.packetBytesMaxOf(connect),
                            CHANNELS.parts.metrics());
            this.session =
                    new MqttSession(
                            new DeviceConnection(channel, framing, writer, CHANNELS.peer),
                            CHANNELS.device,
                            SessionTerms.of(
                                    connect,
                                    CHANNELS.parts.quotas().terms(CHANNELS.device.quota()),
                                    CHANNELS.limits),
                            CHANNELS.parts);
            CHANNELS.parts.sessions().attach(session);
            channel.pipeline().addLast(framing).addLast(new Watched(session));
            this.device = MqttDecoder.forClient(version, MqttLimits.DEFAULT);
            MqttEncoder encoder = new MqttEncoder(version);
            device.decode(
                    encoder.encode(new ConnAck(false, ReasonCode.SUCCESS, MqttProperties.EMPTY)));
            channel.writeInbound(Unpooled.wrappedBuffer(encoder.encode(connect)));
        }

        private Connect connect(int how) {
            @Nullable Will will =
                    (how & WITH_WILL) == 0
                            ? null
                            : new Will(
                                    TopicName.of("me/telemetry"),
                                    QualityOfService.AT_LEAST_ONCE,
                                    false,
                                    MqttProperties.EMPTY,
                                    ByteBuffer.allocate(1));
            MqttProperties narrow =
                    MqttProperties.builder()
                            .with(MqttProperty.RECEIVE_MAXIMUM, 1)
                            .with(MqttProperty.MAXIMUM_PACKET_SIZE_BYTES, 24L)
                            .build();
            boolean tight = version == MqttVersion.V5 && (how & NARROW) != 0;
            return new Connect(
                    version,
                    true,
                    600,
                    "",
                    will,
                    null,
                    null,
                    tight ? narrow : MqttProperties.EMPTY);
        }

        boolean isOpen() {
            return channel.isActive();
        }

        void hear(byte[] bytes, int at, int length) throws MalformedPacket {
            heardBytes += length;
            channel.writeInbound(Unpooled.copiedBuffer(bytes, at, length));
            readAnswers();
        }

        void deliver() throws MalformedPacket {
            outcomesOwed++;
            deliveredBytes += 32;
            session.deliver(new OutboundMessage("me/commands/1", new byte[4]), new Owed());
            channel.runPendingTasks();
            readAnswers();
        }

        void end() throws MalformedPacket {
            readAnswers();
            channel.finishAndReleaseAll();
            channel.checkException();
            if (outcomesOwed != 0) {
                throw new AssertionError(outcomesOwed + " outcomes are still owed");
            }
            if (CHANNELS.parts.sessions().count() != 0) {
                throw new AssertionError("the session is still attached");
            }
        }

        private void readAnswers() throws MalformedPacket {
            for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
                saidBytes += out.readableBytes();
                ByteBuffer view = out.nioBuffer();
                MqttPacket packet = device.decode(view);
                if (packet == null || view.hasRemaining()) {
                    throw new AssertionError("what was said is not one packet");
                }
                out.release();
            }
            if (saidBytes > ANSWER_FACTOR_MAX * heardBytes + deliveredBytes + 64) {
                throw new AssertionError(saidBytes + " bytes were said to " + heardBytes);
            }
        }

        private final class Owed implements DeliveryOutcome {
            private boolean told;

            @Override
            public void delivered() {
                tell();
            }

            @Override
            public void undelivered() {
                tell();
            }

            private void tell() {
                if (told) {
                    throw new AssertionError("an outcome was told twice");
                }
                told = true;
                outcomesOwed--;
            }
        }
    }

    /**
     * Hands everything to the session, from the packet after CONNECT on, and lets no failure of it
     * go into a log only.
     */
    private static final class Watched extends ChannelInboundHandlerAdapter {

        private final MqttSession session;
        private boolean connected;

        Watched(MqttSession session) {
            this.session = session;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            session.handlerAdded(ctx);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (connected) {
                session.channelRead(ctx, message);
            }
            connected = true;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            session.channelReadComplete(ctx);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            session.channelWritabilityChanged(ctx);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            session.channelInactive(ctx);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof MalformedPacket) {
                session.exceptionCaught(ctx, cause);
            } else {
                ctx.fireExceptionCaught(cause);
            }
        }
    }
}
