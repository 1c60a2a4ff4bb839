/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One HTTPS connection that stays open, over which one and the same GET is sent again and again. It
 * knows of HTTP what it takes to see where an answer ends: what is to be measured is the server,
 * which shares the processors with this. Used on its event loop.
 */
public final class ReadLink extends ByteToMessageDecoder {

    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(US_ASCII);
    private static final String LENGTH = "\r\ncontent-length: ";
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final int STATUS_DIGITS = 3;

    private final ByteBuf request;
    private final Listener listener;
    private @Nullable Channel channel;

    private ReadLink(ByteBuf request, Listener listener) {
        this.request = request;
        this.listener = listener;
    }

    /** Hears what becomes of the requests, on the link's event loop. */
    public interface Listener {

        /** It can be used. */
        void connected(ReadLink link);

        /**
         * A request was answered.
         *
         * @param bytes of the answer, head and body
         */
        void answered(ReadLink link, int status, int bytes);

        /** The connection is gone. */
        void ended(Exception why);
    }

    /** Connects to a port of the loopback address; the listener hears when it is there. */
    public static void open(
            EventLoopGroup loops, ClientTls tls, int port, String request, Listener listener) {
        ByteBuf bytes = Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(request, US_ASCII));
        ReadLink link = new ReadLink(bytes, listener);
        var _ =
                new Bootstrap()
                        .group(loops)
                        .channel(EpollSocketChannel.class)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(tls.handler(channel.alloc(), port))
                                                .addLast(link);
                                    }
                                })
                        .connect(InetAddress.ofLiteral("127.0.0.1"), port)
                        .addListener(
                                done -> {
                                    if (!done.isSuccess()) {
                                        listener.ended(new IOException(done.cause()));
                                    }
                                });
    }

    /** Sends the request. Not before the one before it is answered. */
    public void ask() {
        var _ = open().writeAndFlush(request.duplicate());
    }

    /** Where it lives. */
    public EventLoop loop() {
        return open().eventLoop();
    }

    /** Ends it. Any thread. */
    public void close() {
        var _ = open().close();
    }

    private Channel open() {
        if (channel == null) {
            throw new IllegalStateException("a link is used before it is there");
        }
        return channel;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        listener.connected(this);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws IOException {
        int headEnd = headEnd(in);
        if (headEnd < 0) {
            return;
        }
        String head = in.toString(in.readerIndex(), headEnd, US_ASCII).toLowerCase(Locale.ROOT);
        int bytes = headEnd + length(head);
        if (in.readableBytes() >= bytes) {
            in.skipBytes(bytes);
            int status =
                    Integer.parseInt(head, STATUS_AT, STATUS_AT + STATUS_DIGITS, /* radix= */ 10);
            listener.answered(this, status, bytes);
        }
    }

    private static int headEnd(ByteBuf in) {
        ByteBuf end = Unpooled.wrappedBuffer(HEAD_END);
        int at = ByteBufUtil.indexOf(end, in);
        return at < 0 ? at : at - in.readerIndex() + HEAD_END.length;
    }

    private static int length(String head) throws IOException {
        int at = head.indexOf(LENGTH);
        if (at < 0) {
            throw new IOException("an answer does not say how long it is: " + head);
        }
        int from = at + LENGTH.length();
        return Integer.parseInt(head, from, head.indexOf('\r', from), /* radix= */ 10);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        listener.ended(new IOException("the server closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        listener.ended(new IOException(cause));
        var _ = ctx.close();
    }
}
