/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.limits.Limits;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * TLS as the device channel speaks it: 1.3, and 1.2 for old stacks; only suites with forward
 * secrecy and authenticated encryption; hybrid key exchange first where the engine has it, so that
 * what is recorded today stays closed to tomorrow's quantum computers.
 *
 * <p>A client certificate is required already here, as long as no device has a token: without one
 * nobody reaches the parsers behind, and the failed handshake still leaves its reason with the
 * operator. With tokens about it is asked for, and whoever has none gets as far as CONNECT. Session
 * tickets are allowed, for a bounded time and under keys that rotate: a resumed session carries the
 * peer's certificate, and the registry is asked about it again at every CONNECT, so that resumption
 * gains nothing but time. Early data is off: it could be replayed.
 */
final class ChannelTls implements AutoCloseable {

    static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    static final List<String> SUITES =
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

    private final TlsStack stack;
    private SslContext context;

    private ChannelTls(TlsStack stack, SslContext context) {
        this.stack = stack;
        this.context = context;
    }

    /**
     * Prepares TLS for this key and chain.
     *
     * @param chain the server's own certificate first, then those above it, without the root
     * @throws SSLException if key and certificate cannot be used
     */
    static ChannelTls of(
            TlsEngine engine,
            PrivateKey key,
            List<X509Certificate> chain,
            Limits limits,
            Clock clock)
            throws SSLException {
        TlsStack stack =
                switch (engine) {
                    case BORINGSSL -> new BoringSslStack(limits, clock);
                    case JDK -> new JdkStack(limits);
                };
        return new ChannelTls(stack, stack.context(key, chain));
    }

    /**
     * Uses another key and chain from the next connection on; those that are open keep what they
     * have. The old context is freed with the last connection that uses it: each holds a reference
     * of its own.
     */
    synchronized void identify(PrivateKey key, List<X509Certificate> chain) throws SSLException {
        SslContext old = context;
        context = stack.context(key, chain);
        ReferenceCountUtil.release(old);
    }

    /**
     * TLS for one connection.
     *
     * @param certificateRequired whether the handshake fails without a client certificate
     */
    synchronized SslHandler handler(ByteBufAllocator allocator, boolean certificateRequired) {
        SslHandler handler = stack.handler(context, allocator);
        if (!certificateRequired) {
            handler.engine().setWantClientAuth(true);
        }
        // The deadline of the handshake is ours, see HandshakeGate: one timer for everything.
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(LAST_FLUSH.toMillis());
        return handler;
    }

    /** Frees what native code holds. Only when no connection is left. */
    @Override
    public synchronized void close() {
        ReferenceCountUtil.release(context);
    }
}
