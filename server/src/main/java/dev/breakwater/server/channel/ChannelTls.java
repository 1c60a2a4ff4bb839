/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * TLS as the device channel speaks it, by BoringSSL: 1.3, and 1.2 for old stacks; only suites with
 * forward secrecy and authenticated encryption; hybrid key exchange first, so that what is recorded
 * today stays closed to tomorrow's quantum computers.
 *
 * <p>A client certificate is required already here: without one nobody reaches the parsers behind,
 * and the failed handshake still leaves its reason with the operator. Session tickets are allowed,
 * under keys that BoringSSL makes and rotates by itself: a resumed session carries the peer's
 * certificate, and the registry is asked about it again at every CONNECT, so that resumption gains
 * nothing but time. Early data is off: it could be replayed.
 */
final class ChannelTls implements AutoCloseable {

    /** RFC 8446 groups in our order of preference. */
    private static final String[] GROUPS = {"X25519MLKEM768", "x25519", "P-256"};

    private static final List<String> SUITES =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /**
     * How long a closing connection may take to get its last bytes onto the wire. A revoked device
     * that reads nothing must not keep its socket for longer (invariant I3).
     */
    private static final Duration LAST_FLUSH = Duration.ofMillis(50);

    private final SslContext context;

    private ChannelTls(SslContext context) {
        this.context = context;
    }

    /**
     * Prepares TLS for this key and chain.
     *
     * @param chain the server's own certificate first, then those above it, without the root
     * @throws SSLException if key and certificate cannot be used
     */
    static ChannelTls of(PrivateKey key, List<X509Certificate> chain, Limits limits)
            throws SSLException {
        int certificateBytesMax = limits.of(Limit.CHANNEL_CERTIFICATE_BYTES);
        SslContext context =
                SslContextBuilder.forServer(key, chain.toArray(new X509Certificate[0]))
                        .sslProvider(SslProvider.OPENSSL_REFCNT)
                        .protocols("TLSv1.3", "TLSv1.2")
                        .ciphers(SUITES)
                        .option(OpenSslContextOption.GROUPS, GROUPS.clone())
                        .option(
                                OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES,
                                certificateBytesMax)
                        .trustManager(new AnyProvenKey(certificateBytesMax))
                        .clientAuth(ClientAuth.REQUIRE)
                        .build();
        return new ChannelTls(context);
    }

    /** TLS for one connection. */
    SslHandler handler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        // The deadline of the handshake is ours, see HandshakeGate: one timer for everything.
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(LAST_FLUSH.toMillis());
        return handler;
    }

    /** Frees what BoringSSL holds. Only when no connection is left. */
    @Override
    public void close() {
        ReferenceCountUtil.release(context);
    }
}
