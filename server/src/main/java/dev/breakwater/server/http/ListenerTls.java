/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsStack;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Where Jetty gets its TLS engines from: the stack that the device channel uses, too. */
final class ListenerTls extends SslContextFactory.Server {

    private final TlsStack stack;
    private SslContext context;

    /**
     * Begins with this identity.
     *
     * @throws IllegalArgumentException if it cannot be used
     */
    ListenerTls(TlsStack stack, TlsIdentity identity) {
        this.stack = stack;
        this.context = context(identity);
        setRenegotiationAllowed(false);
        // Jetty does not start without one; no engine comes from it.
        setSslContext(ofTheJdk());
    }

    private static SSLContext ofTheJdk() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has one", impossible);
        }
    }

    /** Uses another identity from the next handshake on; open connections keep theirs. */
    synchronized void identify(TlsIdentity identity) {
        SslContext old = context;
        context = context(identity);
        // It is freed with the last engine that came from it: each holds a reference of its own.
        ReferenceCountUtil.release(old);
    }

    private SslContext context(TlsIdentity identity) {
        try {
            return stack.context(identity);
        } catch (SSLException refused) {
            throw new IllegalArgumentException(
                    "the TLS identity cannot be used: " + refused.getMessage(), refused);
        }
    }

    @Override
    public synchronized SSLEngine newSSLEngine(InetSocketAddress address) {
        return stack.engine(context, PooledByteBufAllocator.DEFAULT);
    }
}
