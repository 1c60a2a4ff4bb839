/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.ca.CaUnusable;
import dev.breakwater.ca.keys.KeyStoreFailed;
import dev.breakwater.ca.sealing.SealingKeyUnavailable;
import dev.breakwater.server.channel.CertificateRenewal;
import dev.breakwater.server.channel.DeviceChannel;
import dev.breakwater.server.channel.TokenRotation;
import dev.breakwater.server.channel.TopicRouter;
import dev.breakwater.server.channel.UpdateFetching;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.enrollment.EstListener;
import dev.breakwater.server.http.Guards;
import dev.breakwater.server.http.HttpsListener;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.member.RelyingParty;
import dev.breakwater.server.operations.OperationsListener;
import dev.breakwater.server.store.DatabaseReadiness;
import dev.breakwater.server.store.WriterReadiness;
import dev.breakwater.server.ticket.TicketKeys;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds a server, top to bottom; the table of contents of this module. What fails on the way
 * closes what was opened before it.
 */
public final class ServerAssembly {

    private static final Logger LOG = LoggerFactory.getLogger(ServerAssembly.class);

    static final String TLS_DIRECTORY = "tls";

    private static final String TICKET_DIRECTORY = "tickets";

    private ServerAssembly() {}

    /**
     * Starts a server.
     *
     * @throws StartRefused with one sentence for the operator; everything is closed again then
     */
    public static RunningServer start(ServerConfiguration configuration, Clock clock)
            throws StartRefused {
        OpenParts open = new OpenParts();
        try {
            return assemble(configuration, clock, open);
        } catch (StartRefused refused) {
            open.close();
            throw refused;
        } catch (SealingKeyUnavailable | KeyStoreFailed | CaUnusable refused) {
            open.close();
            throw new StartRefused(String.valueOf(refused.getMessage()), refused);
        } catch (IOException | UncheckedIOException | StorageUnavailable refused) {
            open.close();
            throw new StartRefused("the server cannot start: " + refused.getMessage(), refused);
        }
    }

    private static RunningServer assemble(
            ServerConfiguration configuration, Clock clock, OpenParts open)
            throws StartRefused, SealingKeyUnavailable, KeyStoreFailed, CaUnusable, IOException {
        PortsInUse.refuse(configuration.listeners());
        Ground ground = Ground.open(configuration, clock, open);
        Identities identities = Identities.over(configuration, ground, open);
        RelyingParty party =
                RelyingParty.of(configuration.names().dnsNames(), configuration.listeners().api());
        TicketKeys ticketKeys =
                TicketKeys.open(ground.data().resolve(TICKET_DIRECTORY), ground.sealingKey());
        Features features =
                Features.over(ground, identities, party, configuration.oidc(), ticketKeys, open);
        features.disposals().resume();
        Listeners listening = listen(configuration, ground, identities, features, open);
        features.commands().start();
        features.retention().start();
        features.firewall().findings().start();
        features.envelopes().keys().start();
        features.updates().start();
        identities.kept().start();
        Thread.ofVirtual().name("recollection").start(() -> recollect(identities.registry()));
        return new RunningServer(
                open, listening, identities.authority().root(), features.setup().announce());
    }

    /** Only saves time: what is not remembered is looked up. */
    private static void recollect(DeviceRegistry registry) {
        try {
            registry.recollect();
        } catch (StorageUnavailable later) {
            LOG.debug("who connected last cannot be looked up together", later);
        }
    }

    /** How devices, people and operators reach it: one port per audience. */
    private static Listeners listen(
            ServerConfiguration configuration,
            Ground on,
            Identities who,
            Features what,
            OpenParts open)
            throws StartRefused, IOException {
        Listeners wanted = configuration.listeners();
        String host = wanted.bindAddress();
        ListenerCredential credential =
                new ListenerCredential(
                        on.data().resolve(TLS_DIRECTORY),
                        on.sealingKey(),
                        who.authority(),
                        who.validation(),
                        configuration.names(),
                        on.clock());
        TlsIdentity identity = credential.open();
        DeviceChannel channel = channel(configuration, identity, on, who, what, open);
        X509Certificate root = who.authority().root();
        EstListener est =
                open.add(
                        EstListener.start(
                                host,
                                wanted.enrollment(),
                                tls(configuration, on),
                                identity.withRoot(root),
                                new EstListener.Surroundings(
                                        what.enrollment(),
                                        what.ticketEnrollment(),
                                        what.renewals(),
                                        what.lapsed(),
                                        who.registry(),
                                        what.firewall().gate(),
                                        what.disposals(),
                                        what.receipts(),
                                        what.attestations(),
                                        what.updates().files(),
                                        who.authority().ocspResponder()::vouch),
                                new Guards(on.refusals(), on.bans(), on.limits()),
                                who.authority().issuers()));
        Api api = api(configuration, identity.withRoot(root), on, what, open);
        OperationsListener operations =
                open.add(
                        OperationsListener.start(
                                InetAddress.getLoopbackAddress().getHostAddress(),
                                wanted.operations(),
                                List.of(
                                        new DatabaseReadiness(on.database()),
                                        new WriterReadiness(on.database())),
                                on.meters(),
                                who.quotas(),
                                on.bans()));
        open.add(
                        new ListenerRenewal(
                                credential,
                                identity,
                                List.of(
                                        channel::identify,
                                        fresh -> est.identify(fresh.withRoot(root)),
                                        fresh -> api.ownIdentity().identify(fresh.withRoot(root))),
                                on.clock()))
                .start();
        int channelPort = channel.address().getPort();
        return new Listeners(host, channelPort, est.port(), api.port(), operations.port());
    }

    /** The API's port, and what takes our own certificate's next one for it. */
    private record Api(int port, ListenerRenewal.Listener ownIdentity) {}

    /** With the operator's certificate if there is one, which our own then has no part in. */
    private static Api api(
            ServerConfiguration configuration,
            TlsIdentity own,
            Ground on,
            Features what,
            OpenParts open)
            throws StartRefused {
        Listeners wanted = configuration.listeners();
        String host = wanted.bindAddress();
        if (configuration.apiCertificate().isEmpty()) {
            HttpsListener https =
                    open.add(
                            what.api()
                                    .listen(
                                            host,
                                            wanted.api(),
                                            tls(configuration, on),
                                            own,
                                            configuration.proxies()));
            return new Api(https.port(), https::identify);
        }
        OperatorCertificate certificate =
                new OperatorCertificate(
                        configuration.apiCertificate().get(), configuration.names(), on.clock());
        TlsIdentity theirs;
        try {
            theirs = certificate.read();
        } catch (CertificateUnusable unusable) {
            throw new StartRefused(
                    "the API's certificate cannot be used: " + unusable.getMessage(), unusable);
        }
        HttpsListener https =
                open.add(
                        what.api()
                                .listen(
                                        host,
                                        wanted.api(),
                                        tls(configuration, on),
                                        theirs,
                                        configuration.proxies()));
        open.add(
                        new OperatorCertificateRenewal(
                                certificate, theirs, https::identify, on.meters(), on.clock()))
                .start();
        return new Api(https.port(), _ -> {});
    }

    private static TlsPolicy tls(ServerConfiguration configuration, Ground on) {
        return new TlsPolicy(configuration.tlsEngine(), on.limits(), on.clock());
    }

    private static DeviceChannel channel(
            ServerConfiguration configuration,
            TlsIdentity identity,
            Ground on,
            Identities who,
            Features what,
            OpenParts open)
            throws IOException {
        Listeners wanted = configuration.listeners();
        CertificateRenewal renewal =
                open.add(new CertificateRenewal(what.renewals(), who.sessions(), on.limits()));
        TokenRotation rotation =
                open.add(
                        new TokenRotation(
                                who.tokens(), who.sessions(), on.refusals(), on.limits()));
        UpdateFetching fetching =
                open.add(
                        new UpdateFetching(
                                what.updates().files(),
                                who.sessions(),
                                on.refusals(),
                                on.limits(),
                                System::nanoTime));
        TopicRouter topics =
                new TopicRouter(
                        what.telemetry(),
                        what.twins(),
                        what.commands(),
                        what.envelopes().commands(),
                        renewal,
                        rotation,
                        fetching,
                        what.updates().fleet().offers());
        return open.add(
                DeviceChannel.open(
                        new InetSocketAddress(wanted.bindAddress(), wanted.channel()),
                        tls(configuration, on),
                        identity,
                        new DeviceChannel.Surroundings(
                                who.registry(),
                                who.sessions(),
                                who.kept(),
                                topics,
                                on.database().backlog(),
                                who.quotas(),
                                what.firewall().gate(),
                                what.envelopes().gate(),
                                on.refusals(),
                                on.limits(),
                                on.meters(),
                                on.clock())));
    }
}
