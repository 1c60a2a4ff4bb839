/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A peer in a network namespace of its own, whose cable is pulled: no packet says that it is gone,
 * and it has sent nothing that could be answered.
 */
@Tag("system")
class VanishedPeerTest {

    /** Of the block for benchmarks of networks (RFC 2544), which nobody routes. */
    private static final String OURS = "198.18.77.1";

    private static final String THEIRS = "198.18.77.2";

    private final String namespace = "breakwater-" + ProcessHandle.current().pid();
    private final String cable = "bw" + ProcessHandle.current().pid();
    private final EventLoopGroup loops = Sockets.loops();

    @BeforeEach
    void layTheCable() throws Exception {
        assumeTrue(ran("ip", "netns", "add", namespace), "needs root, and Debian package iproute2");
        run("ip", "link", "add", cable, "type", "veth", "peer", "name", "far", "netns", namespace);
        run("ip", "address", "add", OURS + "/30", "dev", cable);
        run("ip", "link", "set", cable, "up");
        run("ip", "-n", namespace, "address", "add", THEIRS + "/30", "dev", "far");
        run("ip", "-n", namespace, "link", "set", "far", "up");
    }

    @AfterEach
    void takeItAway() throws Exception {
        loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        ran("ip", "link", "delete", cable);
        ran("ip", "netns", "delete", namespace);
    }

    @Test
    void isFoundByProbing() throws Exception {
        CompletableFuture<Channel> accepted = new CompletableFuture<>();
        Limits limits =
                Limits.with(
                        Map.of(
                                Limit.CHANNEL_PROBE_SECONDS,
                                10,
                                Limit.CHANNEL_UNREACHABLE_SECONDS,
                                4));
        Channel listener =
                Sockets.listener(loops, limits)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        accepted.complete(channel);
                                    }
                                })
                        .bind(InetAddress.ofLiteral(OURS), 0)
                        .sync()
                        .channel();
        int port = ((InetSocketAddress) listener.localAddress()).getPort();
        Process peer = connected(port);
        try {
            Channel connection = accepted.get(10, TimeUnit.SECONDS);

            run("ip", "-n", namespace, "link", "set", "far", "down");

            assertThat(connection.closeFuture().await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(peer.isAlive()).isTrue();
        } finally {
            peer.destroyForcibly();
        }
    }

    /** A shell that holds a connection open and says nothing. */
    private Process connected(int port) throws Exception {
        String script = "exec 3<>/dev/tcp/%s/%d && exec sleep 120".formatted(OURS, port);
        return new ProcessBuilder("ip", "netns", "exec", namespace, "bash", "-c", script)
                .inheritIO()
                .start();
    }

    private static void run(String... command) throws Exception {
        assertThat(ran(command)).as(List.of(command).toString()).isTrue();
    }

    private static boolean ran(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }
}
