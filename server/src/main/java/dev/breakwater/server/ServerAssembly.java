/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.ca.CaUnusable;
import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.IssuancePolicy;
import dev.breakwater.ca.keys.CaKeyStore;
import dev.breakwater.ca.keys.KeyStoreFailed;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.ca.sealing.SealingKeyUnavailable;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.account.Accounts;
import dev.breakwater.server.account.Authenticator;
import dev.breakwater.server.account.FirstSetup;
import dev.breakwater.server.api.Api;
import dev.breakwater.server.api.ResponseChecking;
import dev.breakwater.server.channel.CertificateRenewal;
import dev.breakwater.server.channel.DeviceChannel;
import dev.breakwater.server.channel.TopicRouter;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.enrollment.Approvals;
import dev.breakwater.server.enrollment.Enrollment;
import dev.breakwater.server.enrollment.EnrollmentCodes;
import dev.breakwater.server.enrollment.EstListener;
import dev.breakwater.server.enrollment.Renewals;
import dev.breakwater.server.http.HttpsListener;
import dev.breakwater.server.http.TlsIdentity;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.ProductQuotas;
import dev.breakwater.server.identity.RegistryVersion;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.member.Membership;
import dev.breakwater.server.operations.OperationsListener;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.session.KeptSessions;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseReadiness;
import dev.breakwater.server.store.SqlAccountStore;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlCommandStore;
import dev.breakwater.server.store.SqlCredentialStore;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlEnrollmentStore;
import dev.breakwater.server.store.SqlIssuanceLedger;
import dev.breakwater.server.store.SqlMemberSessionStore;
import dev.breakwater.server.store.SqlMemberStore;
import dev.breakwater.server.store.SqlOrganizationStore;
import dev.breakwater.server.store.SqlReplayStore;
import dev.breakwater.server.store.SqlSessionStore;
import dev.breakwater.server.store.SqlTelemetryStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.telemetry.TelemetryRetention;
import dev.breakwater.server.twin.Twins;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private static final String CA_DIRECTORY = "ca";
    private static final String TLS_DIRECTORY = "tls";

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
        Ground ground = ground(configuration, clock, open);
        Identities identities = identities(configuration, ground, open);
        Features features = features(ground, identities, open);
        Listeners listening = listen(configuration, ground, identities, features, open);
        features.commands.start();
        features.retention.start();
        identities.kept.start();
        Thread.ofVirtual().name("recollection").start(() -> recollect(identities.registry));
        return new RunningServer(
                open, listening, identities.authority.root(), features.setup.announce());
    }

    /** Only saves time: what is not remembered is looked up. */
    private static void recollect(DeviceRegistry registry) {
        try {
            registry.recollect();
        } catch (StorageUnavailable later) {
            LOG.debug("who connected last cannot be looked up together", later);
        }
    }

    /** What everything stands on. */
    private record Ground(
            Path data,
            SealingKey sealingKey,
            CaKeyStore caKeys,
            Database database,
            SqlAuditLog audit,
            PrometheusMeterRegistry meters,
            Refusals refusals,
            Limits limits,
            Clock clock) {}

    private static Ground ground(ServerConfiguration configuration, Clock clock, OpenParts open)
            throws StartRefused, SealingKeyUnavailable, KeyStoreFailed {
        Limits limits = configuration.limits();
        Path data = open.add(DataDirectory.open(configuration.dataDirectory())).path();
        Path caDirectory = data.resolve(CA_DIRECTORY);
        SealingKey sealingKey =
                KeysAtRest.sealingKey(configuration.sealingKey(), Files.notExists(caDirectory));
        open.add(sealingKey::destroy);
        CaKeyStore caKeys = KeysAtRest.caKeys(configuration.caKeys(), caDirectory, sealingKey);
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Database database = open.add(Database.open(configuration.database(), limits, meters));
        SqlAuditLog audit = new SqlAuditLog(database, clock);
        int recordedMax = limits.of(Limit.REFUSALS_RECORDED_PER_SECOND);
        Refusals refusals = new Refusals(audit, meters, clock, recordedMax);
        return new Ground(
                data, sealingKey, caKeys, database, audit, meters, refusals, limits, clock);
    }

    /** Who may be who. */
    private record Identities(
            CertificateAuthority authority,
            RequestValidation validation,
            LiveSessions sessions,
            KeptSessions kept,
            SqlCommandStore commands,
            SqlDeviceStore devices,
            SqlCredentialStore credentials,
            Quotas quotas,
            ProductQuotas productQuotas,
            DeviceLifecycle lifecycle,
            DeviceRegistry registry) {}

    private static Identities identities(
            ServerConfiguration configuration, Ground on, OpenParts open)
            throws KeyStoreFailed, CaUnusable {
        IssuanceLedger ledger = new SqlIssuanceLedger(on.database, on.audit, on.clock);
        CertificateAuthority authority =
                CertificateAuthority.open(
                        on.caKeys,
                        ledger,
                        IssuancePolicy.standard()
                                .withDeviceValidity(configuration.deviceCertificateLife()),
                        on.clock);
        LiveSessions sessions = new LiveSessions();
        SqlSessionStore sessionStore = new SqlSessionStore(on.database);
        KeptSessions kept = open.add(new KeptSessions(sessionStore, sessions, on.clock));
        SqlCommandStore commands = new SqlCommandStore(on.database, on.audit, on.clock);
        SqlDeviceStore devices =
                new SqlDeviceStore(
                        on.database, on.audit, on.clock, List.of(commands, sessionStore));
        SqlCredentialStore credentials = open.add(new SqlCredentialStore(on.database, on.audit));
        RegistryVersion version = new RegistryVersion();
        DeviceLifecycle lifecycle = new DeviceLifecycle(devices, sessions, version);
        DeviceRegistry registry =
                new DeviceRegistry(
                        credentials, authority.issuers(), lifecycle, on.limits, on.clock, version);
        RequestValidation validation = new RequestValidation(ledger);
        return new Identities(
                authority,
                validation,
                sessions,
                kept,
                commands,
                devices,
                credentials,
                new Quotas(on.limits, Moment.Source.of(on.clock)),
                new ProductQuotas(devices, version),
                lifecycle,
                registry);
    }

    /** What devices and people do. */
    private record Features(
            Enrollment enrollment,
            Renewals renewals,
            Telemetry telemetry,
            TelemetryRetention retention,
            Twins twins,
            Commands commands,
            FirstSetup setup,
            Api api) {}

    private static Features features(Ground on, Identities who, OpenParts open) {
        RequestValidation validation = who.validation;
        SqlEnrollmentStore enrollments = new SqlEnrollmentStore(on.database, on.audit);
        Enrollment enrollment =
                new Enrollment(
                        enrollments,
                        who.devices,
                        validation,
                        who.authority,
                        on.refusals,
                        on.meters,
                        on.limits,
                        on.clock);
        Renewals renewals =
                new Renewals(
                        who.credentials,
                        enrollments,
                        validation,
                        who.authority,
                        on.refusals,
                        on.meters,
                        on.limits,
                        on.clock);
        SqlTelemetryStore readings = new SqlTelemetryStore(on.database);
        Telemetry telemetry = new Telemetry(readings, on.limits, on.clock);
        SqlTwinStore twinStore = new SqlTwinStore(on.database, on.audit);
        Twins twins = new Twins(twinStore, who.sessions, on.limits, on.clock);
        Commands commands = open.add(new Commands(who.commands, who.sessions, on.limits, on.clock));
        SqlAccountStore accounts = new SqlAccountStore(on.database, on.audit);
        FirstSetup setup = new FirstSetup(accounts, on.limits, on.clock);
        Api.Features operations =
                new Api.Features(
                        who.devices,
                        who.credentials,
                        who.quotas,
                        who.productQuotas,
                        who.lifecycle,
                        who.sessions,
                        new EnrollmentCodes(enrollments, who.devices, on.limits, on.clock),
                        new Approvals(enrollments, on.clock),
                        twins,
                        telemetry,
                        commands);
        return new Features(
                enrollment,
                renewals,
                telemetry,
                open.add(new TelemetryRetention(readings, on.limits, on.clock)),
                twins,
                commands,
                setup,
                api(on, who, accounts, setup, operations));
    }

    private static Api api(
            Ground on,
            Identities who,
            SqlAccountStore accounts,
            FirstSetup setup,
            Api.Features operations) {
        Membership membership =
                Membership.over(
                        new SqlMemberStore(on.database, on.audit),
                        new SqlMemberSessionStore(on.database, on.audit),
                        on.limits,
                        on.clock);
        return new Api(
                new Api.People(
                        new SqlOrganizationStore(on.database, on.audit),
                        new Accounts(accounts, on.limits, on.clock),
                        setup,
                        membership,
                        new Authenticator(accounts, membership.sessions(), on.clock),
                        new SqlReplayStore(on.database)),
                operations,
                who.authority,
                new Api.Common(on.audit, on.refusals, on.meters, on.limits, on.clock),
                ResponseChecking.REPORT);
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
                        on.data.resolve(TLS_DIRECTORY),
                        on.sealingKey,
                        who.authority,
                        who.validation,
                        configuration.names(),
                        on.clock);
        TlsIdentity identity = credential.open();
        DeviceChannel channel = channel(configuration, identity, on, who, what, open);
        X509Certificate root = who.authority.root();
        EstListener est =
                open.add(
                        EstListener.start(
                                host,
                                wanted.enrollment(),
                                identity.withRoot(root),
                                what.enrollment,
                                what.renewals,
                                who.registry,
                                on.refusals,
                                who.authority.issuers(),
                                on.limits));
        HttpsListener https =
                open.add(what.api.listen(host, wanted.api(), identity.withRoot(root)));
        OperationsListener operations =
                open.add(
                        OperationsListener.start(
                                InetAddress.getLoopbackAddress().getHostAddress(),
                                wanted.operations(),
                                List.of(new DatabaseReadiness(on.database)),
                                on.meters,
                                who.quotas));
        open.add(
                        new ListenerRenewal(
                                credential,
                                identity,
                                List.of(
                                        fresh -> channel.identify(fresh.key(), fresh.chain()),
                                        fresh -> est.identify(fresh.withRoot(root)),
                                        fresh -> https.identify(fresh.withRoot(root))),
                                on.clock))
                .start();
        int channelPort = channel.address().getPort();
        return new Listeners(host, channelPort, est.port(), https.port(), operations.port());
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
                open.add(new CertificateRenewal(what.renewals, who.sessions, on.limits));
        TopicRouter topics = new TopicRouter(what.telemetry, what.twins, what.commands, renewal);
        return open.add(
                DeviceChannel.open(
                        new InetSocketAddress(wanted.bindAddress(), wanted.channel()),
                        configuration.channelTls(),
                        identity.key(),
                        identity.chain(),
                        new DeviceChannel.Surroundings(
                                who.registry,
                                who.sessions,
                                who.kept,
                                topics,
                                on.database.backlog(),
                                who.quotas,
                                on.refusals,
                                on.limits,
                                on.meters,
                                on.clock)));
    }
}
