/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.tls.ClientCertificates;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.server.tls.TlsStack;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * TLS of the device channel.
 *
 * <p>A client certificate is required already here, as long as no device has a token: without one
 * nobody reaches the parsers behind, and the failed handshake still leaves its reason with the
 * operator. With tokens about it is asked for, and whoever has none gets as far as CONNECT.
 */
final class ChannelTls implements AutoCloseable {

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
     * Prepares TLS for this identity.
     *
     * @throws SSLException if key and certificate cannot be used
     */
    static ChannelTls of(TlsPolicy policy, TlsIdentity identity) throws SSLException {
        // MQTT asks for no protocol by name (RFC 7301), and WebSocket goes by HTTP's upgrade.
        TlsStack stack = policy.stack(ClientCertificates.REQUIRED, List.of());
        return new ChannelTls(stack, stack.context(identity));
    }

    /**
     * Uses another identity from the next connection on; those that are open keep what they have.
     * The old context is freed with the last connection that uses it: each holds a reference of its
     * own.
     */
    synchronized void identify(TlsIdentity identity) throws SSLException {
        SslContext old = context;
        context = stack.context(identity);
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
