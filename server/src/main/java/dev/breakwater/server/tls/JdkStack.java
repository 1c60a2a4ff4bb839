/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tls;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * TLS by the JDK (JSSE). It makes the keys of its tickets itself, a new one every hour, and forgets
 * each when the last ticket under it has ended. They belong to a context, so that whoever comes
 * back after the server's certificate was exchanged makes a full handshake.
 */
final class JdkStack implements TlsStack {

    /** As with BoringSSL, without the hybrid group, which JDK 25 does not have. */
    private static final String[] GROUPS = {"x25519", "secp256r1"};

    /** Sessions of TLS 1.2 clients that take no tickets; 0 would mean without a bound. */
    private static final int CACHED_SESSIONS_MAX = 1_000;

    private final ClientCertificates clients;
    private final int certificateBytesMax;
    private final int ticketSeconds;

    JdkStack(ClientCertificates clients, Limits limits) {
        this.clients = clients;
        this.certificateBytesMax = limits.of(Limit.CHANNEL_CERTIFICATE_BYTES);
        this.ticketSeconds = limits.of(Limit.CHANNEL_TICKET_SECONDS);
    }

    @Override
    public SslContext context(TlsIdentity identity) throws SSLException {
        return SslContextBuilder.forServer(
                        identity.key(), identity.chain().toArray(new X509Certificate[0]))
                .sslProvider(SslProvider.JDK)
                .protocols(TlsPolicy.PROTOCOLS)
                .ciphers(TlsPolicy.SUITES)
                .trustManager(AnyProvenKey.behindJdk(certificateBytesMax))
                .clientAuth(clients.clientAuth())
                .sessionCacheSize(CACHED_SESSIONS_MAX)
                .sessionTimeout(ticketSeconds)
                .build();
    }

    @Override
    public SslHandler handler(SslContext context, ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        prepare(handler.engine());
        return handler;
    }

    /** Which protocol goes above is agreed by the caller, who finds the JDK's own engine here. */
    @Override
    public SSLEngine engine(SslContext context, ByteBufAllocator allocator) {
        SSLEngine engine = context.newEngine(allocator);
        prepare(engine);
        return engine;
    }

    private static void prepare(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setNamedGroups(GROUPS);
        parameters.setUseCipherSuitesOrder(true);
        engine.setSSLParameters(parameters);
    }
}
