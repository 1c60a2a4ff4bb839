/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks one HTTPS server over connections that stay open, one request at a time on each. A request
 * that finds them all busy waits for its turn.
 */
public final class HttpsPool implements AutoCloseable {

    private static final int ANSWER_BYTES_MAX = 64 << 20;

    private final EventLoopGroup loops;
    private final ClientTls tls;
    private final int port;
    private final int connectionsMax;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Deque<Exchange> waiting = new ArrayDeque<>();
    private int connections;
    private boolean closed;

    /** A pool of at most so many connections, opened when they are needed. */
    public HttpsPool(EventLoopGroup loops, ClientTls tls, int port, int connectionsMax) {
        this.loops = loops;
        this.tls = tls;
        this.port = port;
        this.connectionsMax = connectionsMax;
    }

    /** A request; its body is text. */
    public record Request(String method, String path, Map<String, String> headers, String body) {

        /** Reads something. */
        public static Request get(String path, Map<String, String> headers) {
            return new Request("GET", path, headers, "");
        }

        private FullHttpRequest encoded() {
            ByteBuf content = Unpooled.copiedBuffer(body, UTF_8);
            FullHttpRequest http =
                    new DefaultFullHttpRequest(
                            HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), path, content);
            http.headers().set(HttpHeaderNames.HOST, ClientTls.SERVER_NAME);
            headers.forEach(http.headers()::set);
            HttpUtil.setContentLength(http, content.readableBytes());
            return http;
        }
    }

    /** What the server answered; its body is text. */
    public record Answer(int status, String body) {}

    private record Exchange(Request request, CompletableFuture<Answer> answer) {}

    /** Sends; the answer completes on an event loop, which must not be blocked. */
    public CompletableFuture<Answer> send(Request request) {
        Exchange exchange = new Exchange(request, new CompletableFuture<>());
        Connection free;
        synchronized (this) {
            free = idle.poll();
            if (free == null && connections == connectionsMax) {
                waiting.add(exchange);
                return exchange.answer;
            }
            if (free == null) {
                connections++;
            }
        }
        if (free == null) {
            open(exchange);
        } else {
            free.begin(exchange);
        }
        return exchange.answer;
    }

    private void open(Exchange first) {
        Connection connection = new Connection();
        new Bootstrap()
                .group(loops)
                .channel(EpollSocketChannel.class)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline()
                                        .addLast(tls.handler(channel.alloc(), port))
                                        .addLast(new HttpClientCodec())
                                        .addLast(new HttpObjectAggregator(ANSWER_BYTES_MAX))
                                        .addLast(connection);
                            }
                        })
                .connect(InetAddress.ofLiteral("127.0.0.1"), port)
                .addListener(
                        done -> {
                            if (done.isSuccess()) {
                                connection.begin(first);
                            } else {
                                lost(connection);
                                first.answer.completeExceptionally(done.cause());
                            }
                        });
    }

    private void released(Connection connection) {
        Exchange next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                idle.push(connection);
                return;
            }
        }
        connection.begin(next);
    }

    private void lost(Connection connection) {
        Exchange next;
        synchronized (this) {
            idle.remove(connection);
            next = closed ? null : waiting.poll();
            if (next == null) {
                connections--;
            }
        }
        if (next != null) {
            open(next);
        }
    }

    @Override
    public void close() {
        Deque<Connection> open;
        synchronized (this) {
            closed = true;
            open = new ArrayDeque<>(idle);
        }
        open.forEach(Connection::close);
    }

    private final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {

        private @Nullable Channel channel;
        private @Nullable Exchange current;

        void begin(Exchange exchange) {
            if (channel == null) {
                throw new IllegalStateException("a connection is used before it is there");
            }
            Channel open = channel;
            open.eventLoop()
                    .execute(
                            () -> {
                                current = exchange;
                                var _ = open.writeAndFlush(exchange.request.encoded());
                                if (!open.isActive()) {
                                    fail(new IOException("the connection was closed while idle"));
                                }
                            });
        }

        void close() {
            if (channel != null) {
                var _ = channel.close();
            }
        }

        private void fail(Throwable why) {
            Exchange failed = current;
            current = null;
            if (failed != null) {
                failed.answer.completeExceptionally(why);
            }
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            channel = ctx.channel();
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
            Exchange done = current;
            current = null;
            Answer answer =
                    new Answer(response.status().code(), response.content().toString(UTF_8));
            if (HttpUtil.isKeepAlive(response)) {
                released(this);
            } else {
                var _ = ctx.close();
            }
            if (done != null) {
                done.answer.complete(answer);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            lost(this);
            fail(new IOException("the server closed the connection"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fail(cause);
            var _ = ctx.close();
        }
    }
}
