/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.limits.Limit;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands first, where the bytes are as the network brought them. Nothing of TLS exists until a
 * connection has sent a byte that can begin a handshake and has had its turn: whoever connects and
 * says nothing costs a socket, and whoever comes in a crowd waits a little, unread, instead of
 * being cut off. Afterwards it counts what arrives, wrapping included, so that small records and
 * small frames are paid for like anything else.
 *
 * <p>It closes gently. A socket that is closed with bytes unread, or while more arrive, resets the
 * connection, and then the other side may never read what it was told last: why, and when to come
 * back. So the end is announced first, and what still arrives is thrown away unread by anybody,
 * until the other side ends too or has had its time.
 */
final class WireGate extends ChannelDuplexHandler {

    /** The content type of a TLS record that a ClientHello comes in (RFC 8446 section 5.1). */
    private static final int HANDSHAKE_RECORD = 22;

    /** How long the other side has to read our last word and to end the connection too. */
    private static final Duration FAREWELL_WAIT = Duration.ofSeconds(1);

    /** More than what was under way when we announced the end is a flood, and stays unread. */
    private static final int DISCARDED_BYTES_MAX = 65_536;

    private final Arrivals.Place place;
    private final Deadlines deadlines;
    private final Supplier<SslHandler> tls;
    private final Consumer<Limit> shed;
    private final IntConsumer noHandshake;
    private @Nullable ByteBuf held;
    private @Nullable Timeout turn;
    private @Nullable Timeout farewell;
    private boolean open;
    private boolean goodbye;
    private boolean closing;
    private long bytes;
    private int discardedBytes;

    /**
     * @param tls makes the handler of TLS once it is needed
     * @param shed closes: too many others are before this one
     * @param noHandshake closes: not even the first byte, which it is told, is TLS
     */
    WireGate(
            Arrivals.Place place,
            Deadlines deadlines,
            Supplier<SslHandler> tls,
            Consumer<Limit> shed,
            IntConsumer noHandshake) {
        this.place = place;
        this.deadlines = deadlines;
        this.tls = tls;
        this.shed = shed;
        this.noHandshake = noHandshake;
    }

    /** The bytes that have arrived since this was last asked. */
    long takeBytes() {
        long taken = bytes;
        bytes = 0;
        return taken;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf arrived = (ByteBuf) message;
        if (closing) {
            discard(ctx, arrived);
        } else if (open) {
            bytes += arrived.readableBytes();
            ctx.fireChannelRead(arrived);
        } else if (held == null) {
            held = arrived;
            first(ctx, arrived.getUnsignedByte(arrived.readerIndex()));
        } else {
            held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, arrived);
        }
    }

    private void first(ChannelHandlerContext ctx, int firstByte) {
        if (firstByte != HANDSHAKE_RECORD) {
            ctx.channel().config().setAutoRead(false);
            noHandshake.accept(firstByte);
            return;
        }
        queue(ctx);
    }

    private void queue(ChannelHandlerContext ctx) {
        if (!ctx.channel().isActive()) {
            return;
        }
        switch (place.turn()) {
            case Arrivals.Turn.Shed(Limit limit) -> shed.accept(limit);
            case Arrivals.Turn.After(Duration delay) when delay.isZero() -> begin(ctx);
            case Arrivals.Turn.After(Duration delay) -> {
                ctx.channel().config().setAutoRead(false);
                turn = deadlines.after(delay, ctx.channel().eventLoop(), () -> queue(ctx));
            }
        }
    }

    private void begin(ChannelHandlerContext ctx) {
        @Nullable ByteBuf hello = held;
        if (hello == null) {
            return;
        }
        held = null;
        open = true;
        ctx.pipeline().addAfter(ctx.name(), "tls", tls.get());
        ctx.fireChannelRead(hello);
        if (turn != null) {
            ctx.fireChannelReadComplete();
            ctx.channel().config().setAutoRead(true);
        }
    }

    /** Nothing more will arrive, so closing needs no care. */
    void saidGoodbye() {
        goodbye = true;
    }

    /** Once more, or before anything was said in TLS, it closes at once. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise closed) {
        if (closing || goodbye || !open || !ctx.channel().isActive()) {
            ctx.close(closed).addListener(Wire.NOTED);
            return;
        }
        closing = true;
        ctx.channel().closeFuture().addListener(_ -> closed.trySuccess());
        farewell =
                deadlines.after(
                        FAREWELL_WAIT,
                        ctx.channel().eventLoop(),
                        () -> ctx.close().addListener(Wire.NOTED));
        ((DuplexChannel) ctx.channel()).shutdownOutput().addListener(Wire.NOTED);
        ctx.channel().config().setAutoRead(true);
    }

    private void discard(ChannelHandlerContext ctx, ByteBuf arrived) {
        discardedBytes += arrived.readableBytes();
        arrived.release();
        if (discardedBytes > DISCARDED_BYTES_MAX) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (turn != null) {
            turn.cancel();
        }
        if (farewell != null) {
            farewell.cancel();
        }
        if (held != null) {
            held.release();
            held = null;
        }
        ctx.fireChannelInactive();
    }
}
