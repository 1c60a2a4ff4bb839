/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;

/**
 * TLS 1.3 as clients of the load speak it: only this root counts, the server's name must stand in
 * its certificate, and every handshake is a full one, since sessions are not kept.
 */
public final class ClientTls implements AutoCloseable {

    /** The name that every server under test proves. */
    public static final String SERVER_NAME = "localhost";

    private static final int KEYS_KEPT = 30_000;

    private final EngineKeys keys = new EngineKeys();
    private final SslContext context;

    private ClientTls(X509Certificate root, KeyExchange keyExchange)
            throws GeneralSecurityException, IOException {
        this.context =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.OPENSSL_REFCNT)
                        .protocols("TLSv1.3")
                        .option(OpenSslContextOption.GROUPS, new String[] {keyExchange.group()})
                        .trustManager(OnceVerified.under(root))
                        .keyManager(
                                new OpenSslCachingX509KeyManagerFactory(keys.factory(), KEYS_KEPT))
                        .build();
        // A session of the context would be resumed by any device: with another one's identity.
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
        }
    }

    /** A context for clients that offer this group and no other. */
    public static ClientTls of(X509Certificate root, KeyExchange keyExchange)
            throws GeneralSecurityException, IOException {
        return new ClientTls(root, keyExchange);
    }

    /** TLS for one connection of a device, which shows its certificate. */
    SslHandler handler(ByteBufAllocator allocator, int port, DeviceIdentity device) {
        SslHandler handler = handler(allocator, port);
        keys.bind(handler.engine(), device);
        handler.handshakeFuture().addListener(_ -> keys.release(handler.engine()));
        return handler;
    }

    /** TLS for one connection of somebody without a certificate. */
    SslHandler handler(ByteBufAllocator allocator, int port) {
        SslHandler handler = context.newHandler(allocator, SERVER_NAME, port);
        handler.setHandshakeTimeoutMillis(60_000);
        return handler;
    }

    /** Frees what BoringSSL holds. Only when no connection is left. */
    @Override
    public void close() {
        ReferenceCountUtil.release(context);
    }
}
