/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.TlsFacts;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
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
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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
        "BORINGSSL, TLSv1.3, x25519,    TLS_AES_128_GCM_SHA256,                        X25519",
        "BORINGSSL, TLSv1.3, secp256r1, TLS_AES_256_GCM_SHA384,                        P-256",
        "BORINGSSL, TLSv1.2, secp256r1, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,       P-256",
        "BORINGSSL, TLSv1.2, secp256r1, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, P-256",
        "JDK,       TLSv1.3, x25519,    TLS_AES_128_GCM_SHA256,                        unknown",
        "JDK,       TLSv1.3, secp256r1, TLS_AES_256_GCM_SHA384,                        unknown",
        "JDK,       TLSv1.2, secp256r1, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,       unknown",
        "JDK,       TLSv1.2, secp256r1, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, unknown",
    })
    void speaksAndKeepsWhatWasAgreedOn(
            TlsEngine engine, String protocol, String group, String suite, String known)
            throws Exception {
        try (ChannelScene scene = scene(engine, Map.of());
                RawDevice tank = dial(scene, protocol, group, suite)) {
            tank.send(new Connect(MqttVersion.V5, true, 60, ""));
            assertThat(((ConnAck) tank.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);

            TlsFacts facts = scene.sessions.of(scene.tank.id()).orElseThrow().tls();
            assertThat(facts).isEqualTo(new TlsFacts(protocol, suite, known, false));
            assertThat(
                            scene.meters
                                    .get("breakwater.channel.handshakes")
                                    .tags("engine", engine.code(), "outcome", "done")
                                    .tags("protocol", protocol, "cipher", suite)
                                    .tags("group", known, "resumed", "false")
                                    .counter()
                                    .count())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsAHandshakeWithoutACertificateFromOtherFailures(TlsEngine engine) throws Exception {
        try (ChannelScene scene = scene(engine, Map.of())) {
            dialInVain(scene, RawDevice.anonymous());

            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.CERTIFICATE_MISSING.code());
            assertThat(scene.counted(RefusalReason.CERTIFICATE_MISSING)).isEqualTo(1);
            assertThat(
                            scene.meters
                                    .get("breakwater.channel.handshakes")
                                    .tags("engine", engine.code(), "outcome", "failed")
                                    .counter()
                                    .count())
                    .isEqualTo(1);
        }
    }

    /** The key usage of an authority does not allow to sign a handshake (RFC 5280 4.2.1.3). */
    @ParameterizedTest
    @EnumSource
    void tellsAKeyThatMustNotSignFromOtherFailures(TlsEngine engine) throws Exception {
        try (ChannelScene scene = scene(engine, Map.of())) {
            dialInVain(scene, RawDevice.context(scene.forged().authorityAsLeaf()));

            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.CERTIFICATE_WRONG_USAGE.code());
            assertThat(scene.counted(RefusalReason.CERTIFICATE_WRONG_USAGE)).isEqualTo(1);
        }
    }

    /** It holds a copy of the certificate, and another key. */
    @ParameterizedTest
    @EnumSource
    void refusesACertificateWithoutItsKey(TlsEngine engine) throws Exception {
        try (ChannelScene scene = scene(engine, Map.of())) {
            TestIdentity copy = scene.forged().withoutItsKey(scene.tank.identity().leaf());

            dialInVain(scene, RawDevice.context(copy));

            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.TLS_HANDSHAKE_FAILED.code());
            assertThat(scene.counted(RefusalReason.TLS_HANDSHAKE_FAILED)).isEqualTo(1);
        }
    }

    private static void dialInVain(ChannelScene scene, SSLContext context) throws IOException {
        try (RawDevice stranger =
                new RawDevice(RawDevice.socket(scene.port(), context), MqttVersion.V5)) {
            // In TLS 1.3 the client learns of it only when it listens.
            assertThat(stranger.untilClosed()).isEmpty();
        } catch (SSLException toldAtOnce) {
            assertThat(toldAtOnce).hasMessageNotContaining("timed out");
        }
    }

    private static ChannelScene scene(TlsEngine engine, Map<Limit, Integer> changed)
            throws IOException {
        return new ChannelScene(engine, changed, Clock.systemUTC());
    }

    @ParameterizedTest
    @CsvSource({
        // A group that is not offered, and encryption without authentication.
        "BORINGSSL, TLSv1.3, secp384r1, TLS_AES_128_GCM_SHA256",
        "BORINGSSL, TLSv1.2, secp256r1, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
        "JDK,       TLSv1.3, secp384r1, TLS_AES_128_GCM_SHA256",
        "JDK,       TLSv1.2, secp256r1, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    })
    void refusesToSpeak(TlsEngine engine, String protocol, String group, String suite)
            throws Exception {
        try (ChannelScene scene = scene(engine, Map.of())) {
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

    @ParameterizedTest
    @EnumSource
    void refusesMoreCertificatesThanItsLimit(TlsEngine engine) throws Exception {
        try (ChannelScene scene = scene(engine, Map.of(Limit.CHANNEL_CERTIFICATE_BYTES, 2_048))) {
            TestIdentity good = scene.tank.identity();
            List<X509Certificate> chain = new ArrayList<>(good.chain());
            for (int i = 0; i < 4; i++) {
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

    @ParameterizedTest
    @EnumSource
    void showsAnExchangedCertificateFromTheNextConnectionOnAndKeepsTheOpenOnes(TlsEngine engine)
            throws Exception {
        try (ChannelScene scene = scene(engine, Map.of());
                RawDevice open = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            TestIdentity fresh = scene.pki.server("localhost");

            scene.channel.identify(new TlsIdentity(fresh.keys().getPrivate(), fresh.chain()));

            try (SSLSocket next =
                    RawDevice.socket(scene.port(), RawDevice.context(scene.tank.identity()))) {
                assertThat(next.getSession().getPeerCertificates()[0])
                        .isEqualTo(fresh.chain().getFirst());
            }
            open.send(new PingReq());
            assertThat(open.receive()).isInstanceOf(PingResp.class);
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
