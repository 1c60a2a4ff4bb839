/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SocketsTest {

    /** As the kernel tells of the accepted connection itself: it has inherited what we set. */
    @Test
    void aConnectionIsProbedAndGivenUpWhenNothingIsAcknowledged() throws Exception {
        assumeTrue(Epoll.isAvailable());
        CompletableFuture<EpollSocketChannel> accepted = new CompletableFuture<>();
        EventLoopGroup loops = Sockets.loops();
        try {
            Channel listener =
                    Sockets.listener(loops, Limits.with(Map.of(Limit.CHANNEL_PROBE_SECONDS, 77)))
                            .childHandler(
                                    new ChannelInitializer<EpollSocketChannel>() {
                                        @Override
                                        protected void initChannel(EpollSocketChannel channel) {
                                            accepted.complete(channel);
                                        }
                                    })
                            .bind(InetAddress.getLoopbackAddress(), 0)
                            .sync()
                            .channel();
            int port = ((InetSocketAddress) listener.localAddress()).getPort();

            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                EpollSocketChannelConfig config = accepted.get(10, TimeUnit.SECONDS).config();

                assertThat(client.isConnected()).isTrue();
                assertThat(config.isKeepAlive()).isTrue();
                assertThat(config.getTcpKeepIdle()).isEqualTo(77);
                assertThat(config.getTcpKeepIntvl()).isEqualTo(15);
                assertThat(config.getTcpKeepCnt()).isEqualTo(4);
                assertThat(config.getTcpUserTimeout()).isEqualTo(137_000);
                assertThat(config.isTcpNoDelay()).isTrue();
            }
        } finally {
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        }
    }
}
