/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.IssuancePolicy;
import dev.breakwater.ca.keys.SealedFileKeyStore;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.account.Accounts;
import dev.breakwater.server.account.Authenticator;
import dev.breakwater.server.account.FirstSetup;
import dev.breakwater.server.api.Api;
import dev.breakwater.server.api.ResponseChecking;
import dev.breakwater.server.attestation.EndorsementLists;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.enrollment.Approvals;
import dev.breakwater.server.enrollment.Enrollment;
import dev.breakwater.server.enrollment.EnrollmentCodes;
import dev.breakwater.server.enrollment.EnrollmentOutcome;
import dev.breakwater.server.envelope.Envelopes;
import dev.breakwater.server.event.AnnouncingCommandStore;
import dev.breakwater.server.event.EventFeed;
import dev.breakwater.server.firewall.ApplicationFirewall;
import dev.breakwater.server.guidance.ProductGuidance;
import dev.breakwater.server.http.HttpsListener;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.DeviceTokens;
import dev.breakwater.server.identity.ProductQuotas;
import dev.breakwater.server.identity.ProductRisk;
import dev.breakwater.server.identity.RegistryVersion;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.member.Membership;
import dev.breakwater.server.member.RelyingParty;
import dev.breakwater.server.ownership.DeviceOwnership;
import dev.breakwater.server.ownership.Disposals;
import dev.breakwater.server.ownership.ErasureReceipts;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAccountStore;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlCommandStore;
import dev.breakwater.server.store.SqlCredentialStore;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlDeviceTokenStore;
import dev.breakwater.server.store.SqlDisposalStore;
import dev.breakwater.server.store.SqlEndorsementStore;
import dev.breakwater.server.store.SqlEnrollmentStore;
import dev.breakwater.server.store.SqlEnvelopeKeyStore;
import dev.breakwater.server.store.SqlFindingStore;
import dev.breakwater.server.store.SqlFirewallStore;
import dev.breakwater.server.store.SqlGuidanceStore;
import dev.breakwater.server.store.SqlIssuanceLedger;
import dev.breakwater.server.store.SqlLapsedRenewalStore;
import dev.breakwater.server.store.SqlMembership;
import dev.breakwater.server.store.SqlOrganizationStore;
import dev.breakwater.server.store.SqlOwnerStore;
import dev.breakwater.server.store.SqlReceiptStore;
import dev.breakwater.server.store.SqlReplayStore;
import dev.breakwater.server.store.SqlSealingStore;
import dev.breakwater.server.store.SqlTelemetryStore;
import dev.breakwater.server.store.SqlTicketStore;
import dev.breakwater.server.telemetry.NewReading;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.ticket.SetupTickets;
import dev.breakwater.server.ticket.TicketKeys;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.server.twin.Twins;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.pki.TestRequests;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * The real API on real TLS and a real SQLite file, new and waiting for its first administrator; and
 * behind it what devices need, so that a test can let one enroll.
 */
final class RunningApi implements AutoCloseable {

    private final Limits limits = Limits.defaults();
    final EventFeed events = new EventFeed(limits, System::nanoTime);
    final LiveSessions sessions = new LiveSessions(events);
    final Commands commands;
    final ApplicationFirewall firewall;
    final Telemetry telemetry;
    final Twins twins;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RegistryVersion registryVersion = new RegistryVersion();
    private final TestClock clock = TestClock.atPresent();
    private final TestPki pki = TestPki.create(clock);
    final Database database;
    private final Enrollment enrollment;
    private final DeviceRegistry registry;
    private final FirstSetup setup;
    private final HttpsListener listener;
    private final Envelopes envelopes;

    RunningApi(Path directory) throws Exception {
        database = database(directory);
        SqlAuditLog audit = new SqlAuditLog(database, clock);
        Refusals refusals = new Refusals(audit, meters, clock, 1_000);
        SqlDeviceTokenStore tokenStore = new SqlDeviceTokenStore(database, audit, clock);
        SqlCommandStore commandStore = new SqlCommandStore(database, audit, clock);
        SqlDisposalStore disposals = new SqlDisposalStore(database, audit, clock);
        SqlDeviceStore devices =
                new SqlDeviceStore(
                        database, audit, clock, List.of(commandStore, tokenStore, disposals));
        SqlCredentialStore credentials = new SqlCredentialStore(database, audit);
        SqlAccountStore accounts = new SqlAccountStore(database, audit);
        SqlEnrollmentStore enrollments = new SqlEnrollmentStore(database, audit);
        SqlIssuanceLedger ledger = new SqlIssuanceLedger(database, audit, clock);
        DeviceLifecycle lifecycle = new DeviceLifecycle(devices, sessions, registryVersion, events);
        CertificateAuthority authority = authority(directory, ledger, clock);
        registry = registry(credentials, authority, lifecycle);
        firewall = firewall(audit);
        enrollment = enrollment(devices, enrollments, ledger, authority, refusals);
        envelopes = envelopes(audit);
        commands = commands(commandStore);
        telemetry = new Telemetry(new SqlTelemetryStore(database), limits, clock);
        twins = RunningFeatures.twins(database, audit, events, sessions, limits, clock);
        setup = new FirstSetup(accounts, limits, clock);
        Api api =
                new Api(
                        people(database, audit, accounts, setup, clock),
                        new Api.Features(
                                devices,
                                credentials,
                                new Quotas(limits, Moment.Source.of(clock)),
                                new ProductQuotas(devices, registryVersion),
                                new ProductRisk(devices, sessions, registryVersion),
                                lifecycle,
                                sessions,
                                ownership(audit),
                                RunningFeatures.labels(database, audit, devices, limits, clock),
                                RunningFeatures.tags(database, audit, limits),
                                tickets(audit),
                                RunningFeatures.shares(database, audit, limits, clock),
                                new Disposals(disposals, devices, lifecycle, limits, clock),
                                new ErasureReceipts(new SqlReceiptStore(database, audit), clock),
                                tokens(devices, tokenStore),
                                new EnrollmentCodes(enrollments, devices, limits, clock),
                                approvals(enrollments, audit),
                                twins,
                                telemetry,
                                commands,
                                firewall,
                                envelopes,
                                endorsements(audit),
                                new ProductGuidance(new SqlGuidanceStore(database, audit)),
                                updates(directory, audit, devices),
                                events),
                        authority,
                        new Api.Common(audit, refusals, bans(audit), meters, limits, clock),
                        ResponseChecking.FAIL);
        listener = listen(api);
    }

    private Api.Updates updates(Path directory, SqlAuditLog audit, SqlDeviceStore devices) {
        return RunningUpdates.over(directory, database, audit, devices, sessions, limits, clock);
    }

    private Bans bans(SqlAuditLog audit) {
        return new Bans(limits, Moment.Source.of(clock), audit, meters, List.of());
    }

    private Database database(Path directory) {
        return Database.open(
                new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")), limits);
    }

    private Commands commands(SqlCommandStore store) {
        return new Commands(
                new AnnouncingCommandStore(store, events),
                envelopes.commands(),
                sessions,
                limits,
                clock);
    }

    private EndorsementLists endorsements(SqlAuditLog audit) {
        return new EndorsementLists(new SqlEndorsementStore(database, audit), limits, clock);
    }

    private DeviceOwnership ownership(SqlAuditLog audit) {
        return new DeviceOwnership(new SqlOwnerStore(database, audit), limits, clock);
    }

    private Approvals approvals(SqlEnrollmentStore enrollments, SqlAuditLog audit) {
        return new Approvals(enrollments, new SqlLapsedRenewalStore(database, audit), clock);
    }

    private Envelopes envelopes(SqlAuditLog audit) {
        SqlSealingStore store = new SqlSealingStore(database, audit);
        return Envelopes.over(
                new SqlEnvelopeKeyStore(database, audit),
                store,
                store,
                SealingKey.random(),
                sessions,
                limits,
                clock);
    }

    private HttpsListener listen(Api api) throws Exception {
        TlsPolicy tls = new TlsPolicy(TlsEngine.BORINGSSL, limits, clock);
        return api.listen("127.0.0.1", 0, tls, identity(), List.of());
    }

    private DeviceRegistry registry(
            SqlCredentialStore credentials,
            CertificateAuthority authority,
            DeviceLifecycle lifecycle) {
        return new DeviceRegistry(
                credentials, authority.issuers(), lifecycle, limits, clock, registryVersion);
    }

    private SetupTickets tickets(SqlAuditLog audit) {
        return new SetupTickets(
                new SqlTicketStore(database, audit), TicketKeys.fresh(), limits, clock);
    }

    private DeviceTokens tokens(SqlDeviceStore devices, SqlDeviceTokenStore store) {
        return new DeviceTokens(devices, store, registry, registryVersion, limits, clock);
    }

    private Enrollment enrollment(
            SqlDeviceStore devices,
            SqlEnrollmentStore store,
            SqlIssuanceLedger ledger,
            CertificateAuthority authority,
            Refusals refusals) {
        return new Enrollment(
                store,
                devices,
                new RequestValidation(ledger),
                authority,
                firewall.gate(),
                refusals,
                meters,
                limits,
                clock);
    }

    private ApplicationFirewall firewall(SqlAuditLog audit) {
        return ApplicationFirewall.over(
                new SqlFirewallStore(database, audit),
                new SqlFindingStore(database, audit),
                sessions,
                limits,
                meters,
                clock);
    }

    private static CertificateAuthority authority(
            Path directory, SqlIssuanceLedger ledger, TestClock clock) throws Exception {
        return CertificateAuthority.open(
                new SealedFileKeyStore(directory.resolve("ca"), SealingKey.random()),
                ledger,
                IssuancePolicy.standard(),
                clock);
    }

    private static Api.People people(
            Database database,
            SqlAuditLog audit,
            SqlAccountStore accounts,
            FirstSetup setup,
            TestClock clock) {
        Limits limits = Limits.defaults();
        Membership membership =
                Membership.over(
                        SqlMembership.over(database, audit),
                        SealingKey.random(),
                        RelyingParty.of(List.of("localhost"), 8443),
                        limits,
                        clock);
        return new Api.People(
                new SqlOrganizationStore(database, audit),
                new Accounts(accounts, limits, clock),
                setup,
                membership,
                new Authenticator(accounts, membership.sessions(), clock),
                Optional.empty(),
                new SqlReplayStore(database));
    }

    /** The chain ends in the root: its fingerprint is all an operator carries. */
    private TlsIdentity identity() {
        TestIdentity leaf = pki.server("localhost");
        return new TlsIdentity(
                leaf.keys().getPrivate(),
                Stream.concat(leaf.chain().stream(), Stream.of(pki.root())).toList());
    }

    String address() {
        return "https://localhost:" + listener.port();
    }

    /** The server's; commands have the machine's own. */
    TestClock clock() {
        return clock;
    }

    TestPki pki() {
        return pki;
    }

    String setupCode() {
        if (setup.announce() instanceof FirstSetup.Announcement.NewCode(var code, _)) {
            return code.reveal();
        }
        throw new AssertionError("there is a setup code already");
    }

    EnrollmentOutcome enroll(String serial, String code, KeyPair keys) {
        return enrollment.enroll(serial, code, TestRequests.request(keys, serial), "127.0.0.1");
    }

    /** A device that has enrolled with this code, as the registry knows it. */
    AuthenticatedDevice enrolled(String serial, String code) {
        EnrollmentOutcome outcome = enroll(serial, code, TestKeys.p256());
        if (outcome instanceof EnrollmentOutcome.Issued(var certificate)
                && registry.admit(certificate) instanceof Admission.Admitted(var device)) {
            return device;
        }
        throw new AssertionError("the device did not enroll: " + outcome);
    }

    /** Lets a device tell something, and returns when it is on disk. */
    void told(AuthenticatedDevice device, String payload) {
        told(device, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with whatever bytes. */
    void told(AuthenticatedDevice device, byte[] payload) {
        Stored stored = new Stored();
        telemetry.accept(device, NewReading.NO_PACKET_ID, payload, stored);
        stored.at.join();
    }

    /** Lets something happen to a device, and returns when it is on disk. */
    void happened(AuthenticatedDevice device, String type, String payload) {
        happened(device, type, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with whatever bytes. */
    void happened(AuthenticatedDevice device, String type, byte[] payload) {
        Stored stored = new Stored();
        telemetry.acceptEvent(device, type, NewReading.NO_PACKET_ID, payload, stored);
        stored.at.join();
    }

    private static final class Stored implements Completion<Instant> {

        private final CompletableFuture<Instant> at = new CompletableFuture<>();

        @Override
        public void durable(Instant value) {
            at.complete(value);
        }

        @Override
        public void failed(RuntimeException cause) {
            at.completeExceptionally(cause);
        }
    }

    @Override
    public void close() {
        listener.close();
        envelopes.close();
        firewall.findings().close();
        commands.close();
        database.close();
    }
}
