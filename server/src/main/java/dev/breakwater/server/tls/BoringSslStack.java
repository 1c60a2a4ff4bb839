/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tls;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * TLS by BoringSSL. Sessions go on by tickets alone, under {@link TicketKeys} that belong to the
 * listener and not to a certificate: a renewed certificate makes nobody repeat the full handshake,
 * which a fleet would do all at once.
 */
final class BoringSslStack implements TlsStack {

    /** RFC 8446 groups in our order of preference. */
    private static final String[] GROUPS = {"X25519MLKEM768", "x25519", "P-256"};

    /**
     * What each connection keeps, for as long as it lives, to hold its part of the handshake until
     * it is written. Netty would take 2 KiB; a smaller one is filled more than once.
     */
    private static final int HANDSHAKE_BUFFER_BYTES = 256;

    private final ClientCertificates clients;
    private final List<String> applicationProtocols;
    private final int certificateBytesMax;
    private final int ticketSeconds;
    private final TicketKeys tickets;

    BoringSslStack(
            ClientCertificates clients,
            List<String> applicationProtocols,
            Limits limits,
            Clock clock) {
        this.clients = clients;
        this.applicationProtocols = List.copyOf(applicationProtocols);
        this.certificateBytesMax = limits.of(Limit.CHANNEL_CERTIFICATE_BYTES);
        this.ticketSeconds = limits.of(Limit.CHANNEL_TICKET_SECONDS);
        this.tickets =
                new TicketKeys(
                        limits.seconds(Limit.CHANNEL_TICKET_KEY_SECONDS),
                        limits.seconds(Limit.CHANNEL_TICKET_SECONDS),
                        clock);
    }

    @Override
    public SslContext context(TlsIdentity identity) throws SSLException {
        SslContext context =
                SslContextBuilder.forServer(
                                identity.key(), identity.chain().toArray(new X509Certificate[0]))
                        .sslProvider(SslProvider.OPENSSL_REFCNT)
                        .protocols(TlsPolicy.PROTOCOLS)
                        .ciphers(TlsPolicy.SUITES)
                        .option(OpenSslContextOption.GROUPS, GROUPS.clone())
                        .option(
                                OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES,
                                certificateBytesMax)
                        .applicationProtocolConfig(alpn())
                        .trustManager(AnyProvenKey.behindBoringSsl(certificateBytesMax))
                        .clientAuth(clients.clientAuth())
                        .build();
        ((ReferenceCountedOpenSslServerContext) context)
                .setBioNonApplicationBufferSize(HANDSHAKE_BUFFER_BYTES);
        OpenSslServerSessionContext sessions = sessions(context);
        // What clients without tickets would keep with us is memory that strangers could fill.
        sessions.setSessionCacheEnabled(false);
        sessions.setSessionTimeout(ticketSeconds);
        sessions.setTicketKeys(tickets.all());
        return context;
    }

    private ApplicationProtocolConfig alpn() {
        return applicationProtocols.isEmpty()
                ? ApplicationProtocolConfig.DISABLED
                : new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        applicationProtocols);
    }

    @Override
    public SslHandler handler(SslContext context, ByteBufAllocator allocator) {
        rotateTickets(context);
        return context.newHandler(allocator);
    }

    @Override
    public SSLEngine engine(SslContext context, ByteBufAllocator allocator) {
        rotateTickets(context);
        return context.newEngine(allocator);
    }

    private void rotateTickets(SslContext context) {
        if (tickets.rotateIfDue()) {
            sessions(context).setTicketKeys(tickets.all());
        }
    }

    private static OpenSslServerSessionContext sessions(SslContext context) {
        return (OpenSslServerSessionContext) context.sessionContext();
    }
}
