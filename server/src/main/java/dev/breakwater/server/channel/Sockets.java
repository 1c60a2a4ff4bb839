/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/**
 * The channel's sockets as the kernel is to keep them: epoll where there is one, and peers that are
 * gone without a word are found.
 *
 * <p>The kernel probes a connection on which nothing arrives, and gives it up when neither probes
 * nor sent bytes are acknowledged: a peer whose network is gone is found within the idle time plus
 * {@link Limit#CHANNEL_UNREACHABLE_SECONDS}, however long its keep-alive is. Connections without a
 * word are accepted at once (no TCP_DEFER_ACCEPT): they cost little before their first byte, and
 * would otherwise wait unseen and uncounted in the kernel.
 */
final class Sockets {

    /** Connections that the kernel has accepted and we have not yet. */
    private static final int BACKLOG = 4_096;

    /** That are sent before a peer is given up. */
    private static final int PROBES = 4;

    /**
     * Bytes that the kernel keeps of what a device has sent and we have not read. It is what a
     * device that is slowed down can pile up, and enough for any quota over any distance.
     */
    private static final int RECEIVE_BUFFER_BYTES = 131_072;

    // Linux's numbers, of include/uapi/asm-generic/socket.h and linux/tcp.h; Netty names them for
    // connections only.
    private static final int SOL_SOCKET = 1;
    private static final int SO_KEEPALIVE = 9;
    private static final int SOL_TCP = 6;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int TCP_USER_TIMEOUT = 18;

    private Sockets() {}

    /** As many loops as there are processors. */
    static EventLoopGroup loops() {
        IoHandlerFactory io =
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                new DefaultThreadFactory("channel"),
                io);
    }

    /** A listener on these loops, without its handlers. */
    static ServerBootstrap listener(EventLoopGroup loops, Limits limits) {
        int probeAfterSeconds = limits.of(Limit.CHANNEL_PROBE_SECONDS);
        Duration unreachableMax = limits.seconds(Limit.CHANNEL_UNREACHABLE_SECONDS);
        // Counted from the last byte, so without the idle time the first lost probe would be the
        // end.
        Duration silentMax = unreachableMax.plusSeconds(probeAfterSeconds);
        int probeIntervalSeconds = Math.toIntExact(unreachableMax.toSeconds() / PROBES);
        ServerBootstrap listener =
                new ServerBootstrap()
                        .group(loops)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        // On the listener, for the window's scale is settled before accept.
                        .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                        .childOption(ChannelOption.TCP_NODELAY, true);
        if (Epoll.isAvailable()) {
            // On the listener, too: Linux hands them down, which saves calls for each connection.
            return listener.channel(EpollServerSocketChannel.class)
                    .option(inherited("SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE), 1)
                    .option(inherited("TCP_KEEPIDLE", SOL_TCP, TCP_KEEPIDLE), probeAfterSeconds)
                    .option(
                            inherited("TCP_KEEPINTVL", SOL_TCP, TCP_KEEPINTVL),
                            probeIntervalSeconds)
                    .option(inherited("TCP_KEEPCNT", SOL_TCP, TCP_KEEPCNT), PROBES)
                    .option(
                            inherited("TCP_USER_TIMEOUT", SOL_TCP, TCP_USER_TIMEOUT),
                            Math.toIntExact(silentMax.toMillis()));
        }
        return listener.channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), probeAfterSeconds)
                .childOption(
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                        probeIntervalSeconds)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), PROBES);
    }

    private static ChannelOption<Integer> inherited(String name, int level, int option) {
        return new IntegerUnixChannelOption(name, level, option);
    }
}
