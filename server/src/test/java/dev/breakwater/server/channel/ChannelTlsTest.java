/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestIdentity;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSession;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which TLS the channel speaks, seen from the other side. */
class ChannelTlsTest {

    @Test
    void prefersHybridKeyExchange() throws Exception {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (ChannelScene scene = new ChannelScene()) {
            TestIdentity tank = scene.tank.identity();
            SslContext tls =
                    SslContextBuilder.forClient()
                            .sslProvider(SslProvider.OPENSSL)
                            .keyManager(
                                    tank.keys().getPrivate(),
                                    tank.chain().toArray(new X509Certificate[0]))
                            .trustManager(scene.pki.root())
                            .option(
                                    OpenSslContextOption.GROUPS,
                                    new String[] {"P-256", "x25519", "X25519MLKEM768"})
                            .build();
            Channel channel =
                    new Bootstrap()
                            .group(loop)
                            .channel(NioSocketChannel.class)
                            .handler(
                                    new ChannelInitializer<>() {
                                        @Override
                                        protected void initChannel(Channel made) {
                                            made.pipeline()
                                                    .addLast(
                                                            tls.newHandler(
                                                                    made.alloc(),
                                                                    "localhost",
                                                                    scene.port()));
                                        }
                                    })
                            .connect(scene.channel.address())
                            .sync()
                            .channel();
            SslHandler handler = channel.pipeline().get(SslHandler.class);
            handler.handshakeFuture().sync();
            OpenSslSession session = (OpenSslSession) handler.engine().getSession();
            assertThat(session.getNamedGroup()).isEqualTo("X25519MLKEM768");
            assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
            channel.close().sync();
        } finally {
            loop.shutdownGracefully().sync();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, x25519,    TLS_AES_128_GCM_SHA256",
        "TLSv1.3, secp256r1, TLS_AES_256_GCM_SHA384",
        "TLSv1.2, secp256r1, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLSv1.2, secp256r1, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    })
    void speaks(String protocol, String group, String suite) throws Exception {
        try (ChannelScene scene = new ChannelScene();
                RawDevice tank = dial(scene, protocol, group, suite)) {
            tank.send(new PingReq());
            assertThat(tank.untilClosed()).isEmpty();
            // It got as far as being told that CONNECT comes first.
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.CONNECT_NOT_FIRST.code());
        }
    }

    @ParameterizedTest
    @CsvSource({
        // A group that is not offered, and encryption without authentication.
        "TLSv1.3, secp384r1, TLS_AES_128_GCM_SHA256",
        "TLSv1.2, secp256r1, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    })
    void refusesToSpeak(String protocol, String group, String suite) throws Exception {
        try (ChannelScene scene = new ChannelScene()) {
            boolean refused = false;
            try (RawDevice tank = dial(scene, protocol, group, suite)) {
                tank.untilClosed();
            } catch (IOException expected) {
                refused = true;
            }
            assertThat(refused).isTrue();
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.TLS_HANDSHAKE_FAILED.code());
        }
    }

    @Test
    void refusesMoreCertificatesThanItsLimit() throws Exception {
        try (ChannelScene scene =
                new ChannelScene(Map.of(Limit.CHANNEL_CERTIFICATE_BYTES, 2_048))) {
            TestIdentity good = scene.tank.identity();
            List<X509Certificate> chain = new ArrayList<>(good.chain());
            for (int i = 0; i < 8; i++) {
                chain.add(scene.pki.root());
            }
            TestIdentity bloated = new TestIdentity(good.keys(), chain);
            try (RawDevice tank = RawDevice.dial(scene.port(), bloated, MqttVersion.V5)) {
                assertThat(tank.untilClosed()).isEmpty();
            }
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.TLS_HANDSHAKE_FAILED.code())
                    .hasEntrySatisfying("tls", why -> assertThat(why).contains("limit 2048"));
        }
    }

    private static RawDevice dial(ChannelScene scene, String protocol, String group, String suite)
            throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        RawDevice.context(scene.tank.identity())
                                .getSocketFactory()
                                .createSocket(scene.channel.address().getAddress(), scene.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        parameters.setNamedGroups(new String[] {group});
        parameters.setCipherSuites(new String[] {suite});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return new RawDevice(socket, MqttVersion.V5);
    }
}
