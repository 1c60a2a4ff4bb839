/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.ca.CaUnusable;
import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.IssuancePolicy;
import dev.breakwater.ca.keys.SealedFileKeyStore;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.account.Accounts;
import dev.breakwater.server.account.Authenticator;
import dev.breakwater.server.account.FirstSetup;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.ban.AddressRange;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.enrollment.Approvals;
import dev.breakwater.server.enrollment.Enrollment;
import dev.breakwater.server.enrollment.EnrollmentCodes;
import dev.breakwater.server.envelope.Envelopes;
import dev.breakwater.server.event.AnnouncingCommandStore;
import dev.breakwater.server.event.EventFeed;
import dev.breakwater.server.firewall.ApplicationFirewall;
import dev.breakwater.server.guidance.ProductGuidance;
import dev.breakwater.server.http.HttpsListener;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.DeviceTokens;
import dev.breakwater.server.identity.ProductQuotas;
import dev.breakwater.server.identity.ProductRisk;
import dev.breakwater.server.identity.RegistryVersion;
import dev.breakwater.server.label.DeviceLabels;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.member.Membership;
import dev.breakwater.server.member.RelyingParty;
import dev.breakwater.server.oidc.OidcLogIn;
import dev.breakwater.server.oidc.ProviderSettings;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.DeviceOwnership;
import dev.breakwater.server.ownership.DeviceShares;
import dev.breakwater.server.ownership.Disposals;
import dev.breakwater.server.ownership.ErasureReceipts;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.quota.TestMoments;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.rollout.FleetUpdates;
import dev.breakwater.server.rollout.KnownReleases;
import dev.breakwater.server.rollout.StoredUpdates;
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
import dev.breakwater.server.store.SqlEnrollmentStore;
import dev.breakwater.server.store.SqlGuidanceStore;
import dev.breakwater.server.store.SqlIssuanceLedger;
import dev.breakwater.server.store.SqlLabelStore;
import dev.breakwater.server.store.SqlLapsedRenewalStore;
import dev.breakwater.server.store.SqlMembership;
import dev.breakwater.server.store.SqlOrganizationStore;
import dev.breakwater.server.store.SqlOwnerStore;
import dev.breakwater.server.store.SqlReceiptStore;
import dev.breakwater.server.store.SqlReplayStore;
import dev.breakwater.server.store.SqlShareStore;
import dev.breakwater.server.store.SqlTagStore;
import dev.breakwater.server.store.SqlTelemetryStore;
import dev.breakwater.server.store.SqlTicketStore;
import dev.breakwater.server.store.StoredEnvelopes;
import dev.breakwater.server.tag.DeviceTags;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.ticket.SetupTickets;
import dev.breakwater.server.ticket.TicketKeys;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.server.twin.Twins;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A whole API on a SQLite file, with real stores and TLS; its replies are checked. */
final class ApiServer implements AutoCloseable {

    static final Limits LIMITS =
            Limits.with(
                    Map.of(
                            Limit.API_REQUESTS_PER_SECOND_PER_SOURCE, 1_000_000,
                            Limit.API_REQUESTS_PER_SECOND_PER_ORGANIZATION, 1_000_000,
                            Limit.API_REQUESTS_PER_SECOND_PER_TOKEN, 1_000_000,
                            Limit.REFUSALS_RECORDED_PER_SECOND, 10_000,
                            Limit.BAN_POINTS, 1_000_000));

    /** An address that the operator of the server has excepted from bans. */
    static final String NEVER_BANNED = "198.51.100.7";

    final TestClock clock;
    final SqlAuditLog audit;
    final Bans bans;
    final Accounts accounts;
    final FirstSetup setup;
    final SqlDeviceStore devices;
    private final SqlDeviceTokenStore tokenStore;
    private final SqlDisposalStore disposalStore;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final EventFeed events;
    final LiveSessions sessions;
    final DeviceLifecycle lifecycle;
    final Twins twins;
    final KnownReleases released = new KnownReleases();
    final FleetUpdates fleet;
    final Telemetry telemetry;
    final Quotas quotas;
    final SqlReplayStore replays;
    final ApplicationFirewall firewall;
    final Envelopes envelopes;
    final Api api;
    final Enrollment enrollment;
    final CertificateAuthority authority;
    final Database database;
    final Commands commands;
    private final RegistryVersion version = new RegistryVersion();
    private final Optional<OidcLogIn> oidc;
    private final HttpsListener listener;
    private final TestPki pki;

    ApiServer(Path directory) throws CaUnusable {
        this(directory, LIMITS);
    }

    ApiServer(Path directory, Limits limits) throws CaUnusable {
        this(directory, limits, Optional.empty());
    }

    /** One whose people can log in by a provider as well. */
    ApiServer(Path directory, Limits limits, Optional<ProviderSettings> provider)
            throws CaUnusable {
        clock = TestClock.atPresent();
        database =
                Database.open(
                        new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")),
                        limits);
        audit = new SqlAuditLog(database, clock);
        events = new EventFeed(limits, System::nanoTime);
        sessions = new LiveSessions(events);
        // It takes much to be banned here: most of these tests are refused on purpose.
        List<AddressRange> never = List.of(AddressRange.parse(NEVER_BANNED));
        bans = new Bans(limits, TestMoments.of(clock), audit, meters, never);
        int perSecond = limits.of(Limit.REFUSALS_RECORDED_PER_SECOND);
        Refusals refusals = new Refusals(audit, meters, clock, perSecond, bans::count);
        tokenStore = new SqlDeviceTokenStore(database, audit, clock);
        SqlCommandStore commandStore = new SqlCommandStore(database, audit, clock);
        disposalStore = new SqlDisposalStore(database, audit, clock);
        devices =
                new SqlDeviceStore(
                        database, audit, clock, List.of(commandStore, tokenStore, disposalStore));
        SqlCredentialStore credentials = new SqlCredentialStore(database, audit);
        SqlAccountStore accountStore = new SqlAccountStore(database, audit);
        SqlEnrollmentStore enrollmentStore = new SqlEnrollmentStore(database, audit);
        SqlIssuanceLedger ledger = new SqlIssuanceLedger(database, audit, clock);
        quotas = new Quotas(limits, TestMoments.of(clock));
        AnnouncingCommandStore announcing = new AnnouncingCommandStore(commandStore, events);
        envelopes = StoredEnvelopes.over(database, audit, sessions, limits, clock);
        commands = new Commands(announcing, envelopes.commands(), sessions, limits, clock);
        fleet =
                StoredUpdates.over(
                        released, database, audit, devices, sessions, events, limits, clock);
        telemetry = new Telemetry(new SqlTelemetryStore(database), limits, clock);
        twins = StoredFeatures.twins(database, audit, events, sessions, limits, clock);
        lifecycle = new DeviceLifecycle(devices, sessions, version, events);
        accounts = new Accounts(accountStore, limits, clock);
        setup = new FirstSetup(accountStore, limits, clock);
        authority = authority(directory, ledger);
        firewall =
                StoredFeatures.firewall(database, audit, events, sessions, limits, meters, clock);
        enrollment = enrollment(enrollmentStore, ledger, refusals, limits);
        replays = new SqlReplayStore(database);
        Membership membership = membership(limits);
        oidc = provider.map(to -> OidcLogIn.through(to, membership, limits, clock));
        api =
                api(
                        people(accountStore, membership),
                        credentials,
                        enrollmentStore,
                        ReleaseScenes.updates(directory, database, audit, fleet, limits, clock),
                        new Api.Common(audit, refusals, bans, meters, limits, clock));
        pki = TestPki.create(clock);
        TestIdentity identity = pki.server("localhost", "127.0.0.1");
        listener =
                api.listen(
                        "127.0.0.1",
                        0,
                        new TlsPolicy(TlsEngine.BORINGSSL, limits, clock),
                        new TlsIdentity(identity.keys().getPrivate(), identity.chain()),
                        List.of());
    }

    private Api.People people(SqlAccountStore accountStore, Membership membership) {
        return new Api.People(
                new SqlOrganizationStore(database, audit),
                accounts,
                setup,
                membership,
                new Authenticator(accountStore, membership.sessions(), clock),
                oidc,
                replays);
    }

    private CertificateAuthority authority(Path directory, SqlIssuanceLedger ledger)
            throws CaUnusable {
        return CertificateAuthority.open(
                new SealedFileKeyStore(directory.resolve("ca"), SealingKey.random()),
                ledger,
                IssuancePolicy.standard(),
                clock);
    }

    private Enrollment enrollment(
            SqlEnrollmentStore store, SqlIssuanceLedger ledger, Refusals refusals, Limits limits) {
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

    private Membership membership(Limits limits) {
        return Membership.over(
                SqlMembership.over(database, audit),
                SealingKey.random(),
                RelyingParty.of(List.of("localhost"), 8443),
                limits,
                clock);
    }

    private Api api(
            Api.People people,
            SqlCredentialStore credentials,
            SqlEnrollmentStore enrollmentStore,
            Api.Updates updates,
            Api.Common common) {
        Limits limits = common.limits();
        TicketKeys keys = TicketKeys.fresh();
        DeviceRegistry registry =
                new DeviceRegistry(
                        credentials, authority.issuers(), lifecycle, limits, clock, version);
        return new Api(
                people,
                new Api.Features(
                        devices,
                        credentials,
                        quotas,
                        new ProductQuotas(devices, version),
                        new ProductRisk(devices, sessions, version),
                        lifecycle,
                        sessions,
                        new DeviceOwnership(new SqlOwnerStore(database, audit), limits, clock),
                        new DeviceLabels(
                                new SqlLabelStore(database, audit), devices, limits, clock),
                        new DeviceTags(new SqlTagStore(database, audit), limits),
                        new SetupTickets(new SqlTicketStore(database, audit), keys, limits, clock),
                        new DeviceShares(new SqlShareStore(database, audit, clock), limits, clock),
                        new Disposals(disposalStore, devices, lifecycle, limits, clock),
                        new ErasureReceipts(new SqlReceiptStore(database, audit), clock),
                        new DeviceTokens(devices, tokenStore, registry, version, limits, clock),
                        new EnrollmentCodes(enrollmentStore, devices, limits, clock),
                        new Approvals(
                                enrollmentStore, new SqlLapsedRenewalStore(database, audit), clock),
                        twins,
                        telemetry,
                        commands,
                        firewall,
                        envelopes,
                        AttestationScenes.lists(database, audit, limits, clock),
                        new ProductGuidance(new SqlGuidanceStore(database, audit)),
                        updates,
                        events),
                authority,
                common,
                ResponseChecking.FAIL);
    }

    int port() {
        return listener.port();
    }

    TestPki pki() {
        return pki;
    }

    /** Somebody without a token. */
    ApiClient anybody() {
        return new ApiClient(this, null);
    }

    ApiClient with(String token) {
        return new ApiClient(this, token);
    }

    /** A fresh organization's administrator. */
    ApiClient administrator(String organizationName) {
        return with(accounts.addOrganization(organizationName, "first").secret().reveal());
    }

    static final String PASSWORD = "teal lantern over gravel 7";

    /** Somebody who was invited and has come; returns the member's id. */
    String member(ApiClient inviter, String email, String role) {
        String invitation = "{\"email\":\"%s\",\"role\":\"%s\"}".formatted(email, role);
        String code = inviter.post("/invitations", invitation).ok("code");
        String acceptance =
                "{\"code\":\"%s\",\"name\":\"Somebody\",\"password\":\"%s\"}"
                        .formatted(code, PASSWORD);
        return anybody().post("/invitations/acceptance", acceptance).ok("id");
    }

    /** What somebody with the usual password gets. */
    ApiClient.Answer logIn(String email) {
        return logIn(email, PASSWORD);
    }

    ApiClient.Answer logIn(String email, String password) {
        return anybody()
                .post(
                        "/sessions",
                        "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password));
    }

    /** Somebody who has logged in and just proven a second factor, which is an app's. */
    ApiClient session(String email) {
        ApiClient client = with(logIn(email).ok("accessToken"));
        TotpApp app = new TotpApp(client, clock);
        app.confirm().has(201);
        return client;
    }

    /** A device that has enrolled by a code that its organization's administrator made. */
    DeviceId device(ApiClient administrator, String serial) throws Exception {
        return new ApiDevices(this).enrolled(administrator, serial);
    }

    /** An open finding about a device. */
    String finding(ApiClient administrator, DeviceId device) {
        return new ApiDevices(this).finding(administrator, device);
    }

    /** What only the vendor can do. */
    void enable(OrganizationId organization, boolean enabled) {
        String action = enabled ? "organization.enabled" : "organization.disabled";
        AuditEvent event =
                new AuditEvent(
                        Optional.of(organization),
                        new Actor.TokenHolder("vendor"),
                        action,
                        "test",
                        new TreeMap<>());
        var _ = new SqlOrganizationStore(database, audit).enable(organization, enabled, event);
    }

    /**
     * Returns when every refusal so far is in the audit log: there is one queue to the disk, and a
     * durable write has everything before it behind it.
     */
    void settle() {
        accounts.addOrganization("settled", "settled");
    }

    @Override
    public void close() {
        listener.close();
        oidc.ifPresent(OidcLogIn::close);
        envelopes.close();
        firewall.findings().close();
        commands.close();
        database.close();
    }
}
