/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.ca.CaUnusable;
import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.IssuancePolicy;
import dev.breakwater.ca.keys.CaKeyStore;
import dev.breakwater.ca.keys.KeyStoreFailed;
import dev.breakwater.ca.keys.Pkcs11KeyStore;
import dev.breakwater.ca.keys.SealedFileKeyStore;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.ca.sealing.KeyFile;
import dev.breakwater.ca.sealing.Passphrase;
import dev.breakwater.ca.sealing.SealingKeySource;
import dev.breakwater.ca.sealing.SealingKeyUnavailable;
import dev.breakwater.ca.sealing.SystemdCredential;
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
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.SqlAccountStore;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlCommandStore;
import dev.breakwater.server.store.SqlCredentialStore;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlEnrollmentStore;
import dev.breakwater.server.store.SqlIssuanceLedger;
import dev.breakwater.server.store.SqlOrganizationStore;
import dev.breakwater.server.store.SqlReplayStore;
import dev.breakwater.server.store.SqlTelemetryStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.telemetry.TelemetryRetention;
import dev.breakwater.server.twin.Twins;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Builds a server, top to bottom; the table of contents of this module. What fails on the way
 * closes what was opened before it.
 */
public final class ServerAssembly {

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
        Limits limits = configuration.limits();

        // What everything stands on.
        Path data = open.add(DataDirectory.open(configuration.dataDirectory())).path();
        Path caDirectory = data.resolve("ca");
        SealingKey sealingKey =
                sealingKey(configuration.sealingKey(), Files.notExists(caDirectory));
        open.add(sealingKey::destroy);
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Database database = open.add(Database.open(configuration.database(), limits));
        SqlAuditLog audit = new SqlAuditLog(database, clock);
        Refusals refusals =
                new Refusals(audit, meters, clock, limits.of(Limit.REFUSALS_RECORDED_PER_SECOND));

        // Who may be who.
        IssuanceLedger ledger = new SqlIssuanceLedger(database, audit, clock);
        CaKeyStore caKeys = caKeys(configuration.caKeys(), caDirectory, sealingKey);
        CertificateAuthority authority =
                CertificateAuthority.open(caKeys, ledger, policy(configuration), clock);
        RequestValidation validation = new RequestValidation(ledger);
        LiveSessions sessions = new LiveSessions();
        SqlCommandStore commandStore = new SqlCommandStore(database, audit, clock);
        SqlDeviceStore devices = new SqlDeviceStore(database, audit, clock, List.of(commandStore));
        SqlCredentialStore credentials = new SqlCredentialStore(database, audit);
        AtomicLong registryVersion = new AtomicLong();
        DeviceLifecycle lifecycle = new DeviceLifecycle(devices, sessions, registryVersion);
        DeviceRegistry registry =
                new DeviceRegistry(
                        credentials, authority.issuers(), lifecycle, clock, registryVersion);

        // What devices and people do.
        SqlEnrollmentStore enrollments = new SqlEnrollmentStore(database, audit);
        Enrollment enrollment =
                new Enrollment(
                        enrollments,
                        devices,
                        validation,
                        authority,
                        refusals,
                        meters,
                        limits,
                        clock);
        Renewals renewals =
                new Renewals(
                        credentials,
                        enrollments,
                        validation,
                        authority,
                        refusals,
                        meters,
                        limits,
                        clock);
        SqlTelemetryStore telemetryStore = new SqlTelemetryStore(database);
        Telemetry telemetry = new Telemetry(telemetryStore, limits, clock);
        TelemetryRetention retention =
                open.add(new TelemetryRetention(telemetryStore, limits, clock));
        Twins twins = new Twins(new SqlTwinStore(database, audit), sessions, limits, clock);
        Commands commands = open.add(new Commands(commandStore, sessions, limits, clock));
        SqlAccountStore accountStore = new SqlAccountStore(database, audit);
        FirstSetup setup = new FirstSetup(accountStore, limits, clock);
        Api api =
                new Api(
                        new Api.People(
                                new SqlOrganizationStore(database, audit),
                                new Accounts(accountStore, limits, clock),
                                setup,
                                new Authenticator(accountStore, clock),
                                new SqlReplayStore(database)),
                        new Api.Features(
                                devices,
                                credentials,
                                lifecycle,
                                sessions,
                                new EnrollmentCodes(enrollments, devices, limits, clock),
                                new Approvals(enrollments, clock),
                                twins,
                                telemetry,
                                commands),
                        authority,
                        new Api.Common(audit, refusals, meters, limits, clock),
                        ResponseChecking.REPORT);

        // How they reach it.
        Listeners wanted = configuration.listeners();
        TlsIdentity identity =
                new ListenerCredential(
                                data.resolve("tls"),
                                sealingKey,
                                authority,
                                validation,
                                configuration.names(),
                                clock)
                        .open();
        CertificateRenewal renewal = open.add(new CertificateRenewal(renewals, sessions, limits));
        DeviceChannel channel =
                open.add(
                        DeviceChannel.open(
                                new InetSocketAddress(wanted.bindAddress(), wanted.channel()),
                                identity.key(),
                                identity.chain(),
                                new DeviceChannel.Surroundings(
                                        registry,
                                        sessions,
                                        new TopicRouter(telemetry, twins, commands, renewal),
                                        refusals,
                                        limits,
                                        meters,
                                        clock)));
        EstListener est =
                open.add(
                        EstListener.start(
                                wanted.bindAddress(),
                                wanted.enrollment(),
                                identity,
                                enrollment,
                                renewals,
                                registry,
                                refusals,
                                authority.issuers(),
                                limits));
        HttpsListener https =
                open.add(
                        api.listen(
                                wanted.bindAddress(),
                                wanted.api(),
                                identity.withRoot(authority.root())));

        commands.start();
        retention.start();
        Listeners listening =
                new Listeners(
                        wanted.bindAddress(),
                        channel.address().getPort(),
                        est.port(),
                        https.port(),
                        wanted.operations());
        return new RunningServer(open, listening, authority.root(), setup.announce());
    }

    /**
     * Only a data directory without a CA may get a new key: with one, a new key would open nothing.
     */
    private static SealingKey sealingKey(SealingKeySource source, boolean firstStart)
            throws SealingKeyUnavailable {
        return switch (source) {
            case KeyFile file when firstStart && Files.notExists(file.file()) -> file.create();
            case KeyFile file -> file.open();
            case Passphrase passphrase
                    when firstStart
                            && Files.notExists(
                                    passphrase.dataDirectory().resolve(Passphrase.HEADER_FILE)) ->
                    passphrase.create();
            case Passphrase passphrase -> passphrase.open();
            case SystemdCredential credential -> credential.open();
        };
    }

    private static CaKeyStore caKeys(
            CaKeysLocation location, Path caDirectory, SealingKey sealingKey)
            throws KeyStoreFailed {
        return switch (location) {
            case CaKeysLocation.SealedFiles _ -> new SealedFileKeyStore(caDirectory, sealingKey);
            case CaKeysLocation.Pkcs11Token token ->
                    Pkcs11KeyStore.logIn(token.library(), token.slot(), token.pin(), caDirectory);
        };
    }

    private static IssuancePolicy policy(ServerConfiguration configuration) {
        IssuancePolicy standard = IssuancePolicy.standard();
        return new IssuancePolicy(
                configuration.deviceCertificateLife(),
                standard.serverValidity(),
                standard.revocationListValidity(),
                standard.ocspValidity(),
                standard.revocationListUrl(),
                standard.ocspUrl());
    }
}
