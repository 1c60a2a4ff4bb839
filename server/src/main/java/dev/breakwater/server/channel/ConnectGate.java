/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives whoever has finished the handshake a little time and a few bytes to say CONNECT. It counts
 * decrypted bytes, whatever they are wrapped in, so that neither a header list nor a flood of tiny
 * WebSocket frames gets past it, and it counts time from the first moment, so that one byte now and
 * then gains nothing (Slowloris).
 */
final class ConnectGate extends ChannelInboundHandlerAdapter {

    private final Duration patience;
    private final int bytesMax;
    private final Deadlines deadlines;
    private final Runnable introduced;
    private final Refusing refusing;
    private @Nullable Timeout deadline;
    private int bytes;
    private boolean passed;

    /** What happens to those who use up their time or their bytes. */
    interface Refusing {
        void refuse(RefusalReason reason, Map<String, String> details);
    }

    /**
     * @param introduced told when a complete CONNECT has arrived
     */
    ConnectGate(
            Duration patience,
            int bytesMax,
            Deadlines deadlines,
            Runnable introduced,
            Refusing refusing) {
        this.patience = patience;
        this.bytesMax = bytesMax;
        this.deadlines = deadlines;
        this.introduced = introduced;
        this.refusing = refusing;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline =
                deadlines.after(
                        patience,
                        ctx.channel().eventLoop(),
                        () -> {
                            if (!passed && ctx.channel().isActive()) {
                                refusing.refuse(
                                        RefusalReason.CONNECT_TOO_LATE,
                                        Map.of("limit", Limit.CHANNEL_CONNECT_SECONDS.key()));
                            }
                        });
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel();
        }
    }

    /** A complete CONNECT has arrived; what else came with it is no longer counted. */
    void pass() {
        passed = true;
        introduced.run();
        if (deadline != null) {
            deadline.cancel();
        }
    }

    /**
     * Passes the bytes on before it counts them: they are parsed on the spot, and if that completes
     * CONNECT, whatever follows it in the same TLS record is not held against the device, which may
     * send on without waiting for CONNACK (MQTT 5.0 section 3.1.4).
     */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        int arrived = ((ByteBuf) message).readableBytes();
        ctx.fireChannelRead(message);
        if (passed) {
            ctx.pipeline().remove(this);
            return;
        }
        bytes += arrived;
        if (bytes > bytesMax && ctx.channel().isActive()) {
            refusing.refuse(
                    RefusalReason.PACKET_TOO_LARGE,
                    Map.of("limit", Limit.CHANNEL_CONNECT_BYTES.key()));
        }
    }
}
