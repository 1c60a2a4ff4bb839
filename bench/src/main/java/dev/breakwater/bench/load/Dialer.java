/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Connects devices to one server. */
public final class Dialer {

    /** Each source address has its own ports, and its own budget with a server that counts. */
    private static final int SOURCE_ADDRESSES = 200;

    private static final int CONNECT_MILLIS_MAX = 30_000;

    private final EventLoopGroup loops;
    private final ClientTls tls;
    private final int port;

    /** Dials this port of the loopback address. */
    public Dialer(EventLoopGroup loops, ClientTls tls, int port) {
        this.loops = loops;
        this.tls = tls;
        this.port = port;
    }

    /** The event loops that its links live on. */
    public EventLoopGroup loops() {
        return loops;
    }

    /** Begins to connect; everything that follows is told to the behaviour. Any thread. */
    public void dial(DeviceIdentity device, MqttTerms terms, DeviceBehaviour behaviour) {
        DeviceLink link = new DeviceLink(device, terms, behaviour);
        ChannelFuture connecting =
                new Bootstrap()
                        .group(loops)
                        .channel(EpollSocketChannel.class)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(new TlsOnceConnected(device))
                                                .addLast(link);
                                    }
                                })
                        .connect(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                                new InetSocketAddress(InetAddress.ofLiteral(source(device)), 0));
        connecting.addListener(
                done -> {
                    if (!done.isSuccess()) {
                        link.unreachable(done.cause());
                    }
                });
    }

    private static String source(DeviceIdentity device) {
        return "127.0.0." + (2 + device.number() % SOURCE_ADDRESSES);
    }

    /**
     * Makes TLS for a connection that has come about. A fleet without its server tries in vain some
     * thousand times a second, and the server that starts meanwhile shares its processors with it.
     */
    private final class TlsOnceConnected extends ChannelInboundHandlerAdapter {

        private final DeviceIdentity device;

        TlsOnceConnected(DeviceIdentity device) {
            this.device = device;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            SslHandler handler = tls.handler(context.alloc(), port, device);
            context.pipeline().addAfter(context.name(), null, handler);
            context.fireChannelActive();
            context.pipeline().remove(this);
        }
    }
}
