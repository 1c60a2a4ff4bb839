/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttDecoder;
import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttLimits;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One device's connection, from TCP to the end. Lives on one event loop. */
public final class DeviceLink extends ByteToMessageDecoder {

    /** MQTT 5.0 section 3.2.2.3.3. */
    private static final int RECEIVE_MAXIMUM_UNLESS_SAID = 65_535;

    private final DeviceIdentity device;
    private final MqttTerms terms;
    private final DeviceBehaviour behaviour;
    private final MqttEncoder encoder;
    private final MqttDecoder decoder;
    private final long dialledNanos = System.nanoTime();

    private @Nullable Channel channel;
    private @Nullable ReasonCode said;
    private @Nullable Throwable cause;
    private int receiveMaximum = RECEIVE_MAXIMUM_UNLESS_SAID;
    private boolean connected;
    private boolean ended;

    DeviceLink(DeviceIdentity device, MqttTerms terms, DeviceBehaviour behaviour) {
        this.device = device;
        this.terms = terms;
        this.behaviour = behaviour;
        this.encoder = new MqttEncoder(terms.version());
        this.decoder = MqttDecoder.forClient(terms.version(), MqttLimits.DEFAULT);
    }

    /** Whose connection it is. */
    public DeviceIdentity device() {
        return device;
    }

    /** When the device began to connect, by {@link System#nanoTime}. */
    public long dialledNanos() {
        return dialledNanos;
    }

    /** The thread it lives on. */
    public EventLoop loop() {
        return open().eventLoop();
    }

    /** Writes a packet, which leaves with the next flush. */
    public void write(MqttPacket packet) {
        ByteBuf bytes = allocate(encoder.encodedLength(packet));
        ByteBuffer view = bytes.nioBuffer(0, bytes.capacity());
        encoder.encode(packet, view);
        write(bytes.writerIndex(view.position()));
    }

    /** Writes packets that are encoded already, which leave with the next flush. */
    public void write(ByteBuf packets) {
        var _ = open().write(packets, open().voidPromise());
    }

    /** A buffer for packets. */
    public ByteBuf allocate(int bytes) {
        return open().alloc().directBuffer(bytes, bytes);
    }

    /** Sends what was written. */
    public void flush() {
        open().flush();
    }

    /** How many messages above QoS 0 the server lets the device have underway. */
    public int receiveMaximum() {
        return receiveMaximum;
    }

    /** Whether the server takes what is written about as fast as it is written. */
    public boolean isWritable() {
        return open().isWritable();
    }

    /** Says farewell and closes. */
    public void disconnect() {
        write(new Disconnect(ReasonCode.SUCCESS));
        flush();
        var _ = open().close();
    }

    /** Closes without a word. */
    public void close() {
        var _ = open().close();
    }

    private Channel open() {
        if (channel == null) {
            throw new IllegalStateException(device + " has no connection yet");
        }
        return channel;
    }

    /** There will never be a connection. */
    void unreachable(Throwable why) {
        cause = why;
        end();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            write(terms.connect(device));
            flush();
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws MalformedPacket {
        ByteBuffer view = in.nioBuffer();
        int before = view.position();
        for (MqttPacket packet = decoder.decode(view);
                packet != null;
                packet = decoder.decode(view)) {
            accept(packet);
        }
        in.skipBytes(view.position() - before);
    }

    private void accept(MqttPacket packet) {
        switch (packet) {
            case ConnAck connAck when connAck.reasonCode().isFailure() -> {
                said = connAck.reasonCode();
                close();
            }
            case ConnAck connAck -> {
                receiveMaximum =
                        connAck.properties()
                                .get(MqttProperty.RECEIVE_MAXIMUM)
                                .orElse(RECEIVE_MAXIMUM_UNLESS_SAID);
                connected = true;
                behaviour.connected(this);
            }
            case Disconnect disconnect -> {
                said = disconnect.reasonCode();
                behaviour.received(this, packet);
            }
            default -> behaviour.received(this, packet);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        super.channelReadComplete(ctx);
        if (connected && ctx.channel().isActive()) {
            behaviour.caughtUp(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        cause = thrown;
        var _ = ctx.close();
    }

    private void end() {
        if (!ended) {
            ended = true;
            behaviour.ended(
                    this,
                    new LinkEnd(connected, Optional.ofNullable(said), Optional.ofNullable(cause)));
        }
    }
}
