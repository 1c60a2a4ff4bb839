/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.IssuancePolicy;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.attestation.Attestations;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.audit.RecordingAuditLog;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.delivery.ServedFiles;
import dev.breakwater.server.delivery.UpdateFiles;
import dev.breakwater.server.firewall.ApplicationFirewall;
import dev.breakwater.server.http.Guards;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.DeviceTokens;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.identity.ProductRisk;
import dev.breakwater.server.identity.RegistryVersion;
import dev.breakwater.server.identity.StatusChange;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.Disposals;
import dev.breakwater.server.ownership.ErasureReceipts;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.session.KeptSessions;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlCredentialStore;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlDeviceTokenStore;
import dev.breakwater.server.store.SqlDisposalStore;
import dev.breakwater.server.store.SqlEndorsementStore;
import dev.breakwater.server.store.SqlEnrollmentStore;
import dev.breakwater.server.store.SqlFindingStore;
import dev.breakwater.server.store.SqlFirewallStore;
import dev.breakwater.server.store.SqlIssuanceLedger;
import dev.breakwater.server.store.SqlLapsedRenewalStore;
import dev.breakwater.server.store.SqlOrganizationStore;
import dev.breakwater.server.store.SqlReceiptStore;
import dev.breakwater.server.store.SqlSessionStore;
import dev.breakwater.server.store.SqlTicketStore;
import dev.breakwater.server.ticket.SetupTickets;
import dev.breakwater.server.ticket.TicketKeys;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.ForgedIdentities;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.pki.TestRequests;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything a device meets when it enrolls and connects, on a real SQLite file and with a real
 * authority, whose key a test may borrow to forge.
 */
public final class EnrollmentWorld implements AutoCloseable {

    public static final Actor OPERATOR = new Actor.TokenHolder("t-1");
    static final String SOURCE = "192.0.2.7";

    public final TestClock clock = TestClock.atPresent();
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    public final OrganizationId organization = OrganizationId.fresh();
    public final ProductId product = ProductId.fresh();
    public final LiveSessions sessions = new LiveSessions();
    public final RegistryVersion registryVersion = new RegistryVersion();
    private final OpenKeyStore authorityKeys = new OpenKeyStore();
    public final Database database;
    public final SqlAuditLog audit;
    private final RecordingAuditLog refused;
    public final SqlOrganizationStore organizations;
    public final SqlDeviceStore devices;
    public final SqlCredentialStore credentials;
    public final KeptSessions kept;
    final SqlEnrollmentStore store;
    final FallibleLedger ledger;
    public final CertificateAuthority authority;
    public final DeviceLifecycle lifecycle;
    public final ProductRisk productRisk;
    public final DeviceTokens tokens;
    public final DeviceRegistry registry;
    public final Refusals refusals;
    final EnrollmentCodes codes;
    final Approvals approvals;
    final Enrollment enrollment;
    final SetupTickets tickets;
    final TicketKeys ticketKeys = TicketKeys.fresh();
    final TicketEnrollment ticketEnrollment;
    final Disposals disposals;
    public final Renewals renewals;
    final LapsedRenewals lapsed;
    public final ErasureReceipts receipts;
    public final SqlEndorsementStore endorsements;
    final Attestations attestations;
    public final ApplicationFirewall firewall;
    public final ArtifactStore artifacts;
    public final Limits limits;

    /** A world within an empty directory. */
    public EnrollmentWorld(Path directory) throws Exception {
        this(directory, Limits.defaults());
    }

    /** A world within an empty directory and these limits. */
    public EnrollmentWorld(Path directory, Limits limits) throws Exception {
        this.limits = limits;
        DatabaseLocation file = new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
        database = Database.open(file, limits);
        audit = new SqlAuditLog(database, clock);
        refused = new RecordingAuditLog(audit);
        organizations = new SqlOrganizationStore(database, audit);
        SqlSessionStore sessionStore = new SqlSessionStore(database);
        kept = new KeptSessions(sessionStore, sessions, clock);
        SqlDeviceTokenStore tokenStore = new SqlDeviceTokenStore(database, audit, clock);
        SqlDisposalStore disposalStore = new SqlDisposalStore(database, audit, clock);
        devices =
                new SqlDeviceStore(
                        database, audit, clock, List.of(sessionStore, tokenStore, disposalStore));
        credentials = new SqlCredentialStore(database, audit);
        store = new SqlEnrollmentStore(database, audit);
        ledger = new FallibleLedger(new SqlIssuanceLedger(database, audit, clock));
        authority =
                CertificateAuthority.open(authorityKeys, ledger, IssuancePolicy.standard(), clock);
        lifecycle = new DeviceLifecycle(devices, sessions, registryVersion);
        disposals = new Disposals(disposalStore, devices, lifecycle, limits, clock);
        tickets = new SetupTickets(new SqlTicketStore(database, audit), ticketKeys, limits, clock);
        productRisk = new ProductRisk(devices, sessions, registryVersion);
        registry =
                new DeviceRegistry(
                        credentials,
                        authority.issuers(),
                        lifecycle,
                        limits,
                        clock,
                        registryVersion);
        tokens = new DeviceTokens(devices, tokenStore, registry, registryVersion, limits, clock);
        refusals = new Refusals(refused, meters, clock, 1_000);
        codes = new EnrollmentCodes(store, devices, limits, clock);
        approvals = new Approvals(store, new SqlLapsedRenewalStore(database, audit), clock);
        receipts = new ErasureReceipts(new SqlReceiptStore(database, audit), clock);
        endorsements = new SqlEndorsementStore(database, audit);
        attestations = new Attestations(endorsements, registry, limits, clock);
        artifacts = new DirectoryArtifacts(directory.resolve("artifacts"), limits, clock);
        firewall =
                ApplicationFirewall.over(
                        new SqlFirewallStore(database, audit),
                        new SqlFindingStore(database, audit),
                        sessions,
                        limits,
                        meters,
                        clock);
        EnrollmentPaths paths = EnrollmentPaths.within(this);
        enrollment = paths.byCode();
        ticketEnrollment = paths.byTicket();
        renewals = paths.renewals();
        lapsed = paths.lapsed();
        addOrganization(organization, product, "Reef");
    }

    private void addOrganization(OrganizationId id, ProductId itsProduct, String name) {
        AuditEvent made =
                AuditEvent.of(id, OPERATOR, AuditAction.ORGANIZATION_CREATED, "test", Map.of());
        organizations.add(new Organization(id, name, true, false, clock.instant(), 1), made);
        devices.addProduct(Product.named(itsProduct, id, "tank", clock.instant()), made);
    }

    /** A device and what it proves itself with. */
    public record Enrolled(
            OrganizationId organization, DeviceId id, DeviceSerial serial, TestIdentity identity) {}

    /** Enrolls a device with a fresh key. */
    public Enrolled enrolled(String serial) {
        return enrolled(organization, serial, codeFor(serial));
    }

    /** Enrolls a device whose maker states this of its key. */
    public Enrolled enrolled(String serial, Assurance stated) {
        String code = codeFor(organization, product, stated, false, 1, serial).text().reveal();
        return enrolled(organization, serial, code);
    }

    /** Gives the product of all these devices another profile, as an operator does. */
    public void changeRisk(RiskProfile risk) {
        productRisk.change(organization, product, risk, Optional.empty(), OPERATOR);
    }

    /** Enrolls a device of this serial in another organization, which is made for it. */
    public Enrolled enrolledElsewhere(String serial) {
        OrganizationId other = OrganizationId.fresh();
        return enrolled(other, serial, codeElsewhere(other, serial));
    }

    /** A code of another organization, which is made for it. */
    String codeElsewhere(OrganizationId other, String serial) {
        ProductId itsProduct = ProductId.fresh();
        addOrganization(other, itsProduct, "Other");
        return codeFor(other, itsProduct, Assurance.SOFTWARE_KEY, false, 1, serial).text().reveal();
    }

    private Enrolled enrolled(OrganizationId owner, String serial, String code) {
        KeyPair keys = TestKeys.p256();
        X509Certificate leaf = enroll(serial, code, TestRequests.request(keys, serial));
        DeviceSerial name = new DeviceSerial(serial);
        DeviceId id = devices.device(owner, name).orElseThrow().id();
        return new Enrolled(
                owner,
                id,
                name,
                new TestIdentity(keys, List.of(leaf, authority.issuers().getFirst())));
    }

    /** Renews a device's certificate with a fresh key, past every gate. */
    public Enrolled renewed(Enrolled device) {
        KeyPair keys = TestKeys.p256();
        AuthenticatedDevice proven =
                ((Admission.Admitted) registry.admit(device.identity().leaf())).device();
        byte[] request = TestRequests.request(keys, device.serial().text());
        X509Certificate next =
                ((EnrollmentOutcome.Issued) renewals.renew(proven, request, "test")).certificate();
        return new Enrolled(
                device.organization(),
                device.id(),
                device.serial(),
                new TestIdentity(keys, List.of(next, authority.issuers().getFirst())));
    }

    /** Identities that claim to be a device, most of them signed by the authority's own key. */
    public ForgedIdentities forged(Enrolled victim) {
        return new ForgedIdentities(authorityKeys.stolen(clock), victim.id(), victim.serial());
    }

    /** Changes a device's status as an operator does. */
    public StatusChange change(Enrolled device, DeviceStatus status) {
        return lifecycle.change(
                device.organization(),
                device.id(),
                status,
                "the test says so",
                Optional.empty(),
                OPERATOR);
    }

    /** Starts the EST listener on a free port, with a certificate of a test PKI for localhost. */
    EstListener listen(TestPki serverPki) {
        return listen(serverPki, new ServedFiles().files(artifacts));
    }

    /** The same, with files of updates. */
    public EstListener listen(TestPki serverPki, UpdateFiles files) {
        TestIdentity server = serverPki.server("localhost", "127.0.0.1");
        return EstListener.start(
                "127.0.0.1",
                0,
                new TlsPolicy(TlsEngine.BORINGSSL, limits, clock),
                new TlsIdentity(server.keys().getPrivate(), server.chain()),
                new EstListener.Surroundings(
                        enrollment,
                        ticketEnrollment,
                        renewals,
                        lapsed,
                        registry,
                        firewall.gate(),
                        disposals,
                        receipts,
                        attestations,
                        files,
                        (certificate, nonce) ->
                                serverPki.status(certificate, nonce, clock.instant()).der()),
                new Guards(
                        refusals,
                        new Bans(limits, Moment.Source.of(clock), refused, meters, List.of()),
                        limits),
                authority.issuers());
    }

    EnrollmentCodes.Creation.Created code(boolean approval, int uses, String... serials) {
        return codeFor(organization, product, Assurance.SOFTWARE_KEY, approval, uses, serials);
    }

    private EnrollmentCodes.Creation.Created codeFor(
            OrganizationId owner,
            ProductId itsProduct,
            Assurance assurance,
            boolean approval,
            int uses,
            String... serials) {
        Set<DeviceSerial> listed =
                Set.of(serials).stream().map(DeviceSerial::new).collect(Collectors.toSet());
        return (EnrollmentCodes.Creation.Created)
                codes.create(
                        owner,
                        new NewEnrollmentCode(
                                itsProduct,
                                "",
                                listed,
                                uses,
                                Duration.ofDays(1),
                                approval,
                                assurance),
                        OPERATOR);
    }

    String codeFor(String serial) {
        return code(false, 1, serial).text().reveal();
    }

    X509Certificate enroll(String serial, String code, byte[] request) {
        return ((EnrollmentOutcome.Issued) enrollment.enroll(serial, code, request, SOURCE))
                .certificate();
    }

    /** How often a reason was counted, at the EST gate. */
    double refused(RefusalReason reason) {
        return refused("est", reason);
    }

    /** How often a reason was counted at a gate. */
    public double refused(String gate, RefusalReason reason) {
        return meters
                .find("breakwater.refusals")
                .tags("where", gate, "reason", reason.code())
                .counters()
                .stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** The next refusal that was recorded; waits for it. */
    public AuditEvent nextRefusal() throws InterruptedException {
        return refused.next();
    }

    /** Whether every refusal was taken. */
    public boolean hasNoMoreRefusals() {
        return refused.hasNoMore();
    }

    /**
     * The newest refusal at the EST gate in the log. A write that waits for the disk comes after
     * all that were accepted before it, so what was appended is there.
     */
    AuditEntry newestRefusal() {
        return newestRefusal("est");
    }

    /** The same at any gate. */
    public AuditEntry newestRefusal(String gate) {
        codes.withdraw(organization, EnrollmentCodeId.fresh(), OPERATOR);
        return audit.allEntries(Long.MAX_VALUE, 100).stream()
                .filter(entry -> entry.action().equals(gate + ".refused"))
                .findFirst()
                .orElseThrow();
    }

    /** What was done in the organization, newest first. */
    public List<String> actions() {
        return audit.entries(organization, Long.MAX_VALUE, 100).stream()
                .map(AuditEntry::action)
                .toList();
    }

    @Override
    public void close() {
        firewall.findings().close();
        kept.close();
        database.close();
    }
}
