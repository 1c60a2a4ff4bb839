/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.IssuancePolicy;
import dev.breakwater.ca.keys.SealedFileKeyStore;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.http.TlsIdentity;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlCredentialStore;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlEnrollmentStore;
import dev.breakwater.server.store.SqlIssuanceLedger;
import dev.breakwater.server.store.SqlOrganizationStore;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Everything a device meets when it enrolls, on a real SQLite file and a real authority. */
final class EnrollmentWorld implements AutoCloseable {

    static final Actor OPERATOR = new Actor.TokenHolder("t-1");
    static final String SOURCE = "192.0.2.7";

    private static final int REFUSALS_PER_SECOND = 1_000;

    final TestClock clock = TestClock.atPresent();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final OrganizationId organization = OrganizationId.fresh();
    final ProductId product = ProductId.fresh();
    final Database database;
    final SqlAuditLog audit;
    final SqlDeviceStore devices;
    final SqlCredentialStore credentials;
    final SqlEnrollmentStore store;
    final FallibleLedger ledger;
    final CertificateAuthority authority;
    final DeviceLifecycle lifecycle;
    final DeviceRegistry registry;
    final Refusals refusals;
    final EnrollmentCodes codes;
    final Approvals approvals;
    final Enrollment enrollment;
    final Renewals renewals;
    final Limits limits;

    EnrollmentWorld(Path directory) throws Exception {
        this(directory, Limits.defaults());
    }

    EnrollmentWorld(Path directory, Limits limits) throws Exception {
        this.limits = limits;
        DatabaseLocation file = new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
        database = Database.open(file, limits);
        audit = new SqlAuditLog(database, clock);
        devices = new SqlDeviceStore(database, audit, clock, List.of());
        credentials = new SqlCredentialStore(database, audit);
        store = new SqlEnrollmentStore(database, audit);
        ledger = new FallibleLedger(new SqlIssuanceLedger(database, audit, clock));
        authority =
                CertificateAuthority.open(
                        new SealedFileKeyStore(directory.resolve("ca"), SealingKey.random()),
                        ledger,
                        IssuancePolicy.standard(),
                        clock);
        RequestValidation validation = new RequestValidation(ledger);
        AtomicLong registryVersion = new AtomicLong();
        lifecycle = new DeviceLifecycle(devices, new LiveSessions(), registryVersion);
        registry =
                new DeviceRegistry(
                        credentials, authority.issuers(), lifecycle, clock, registryVersion);
        refusals = new Refusals(audit, meters, clock, REFUSALS_PER_SECOND);
        codes = new EnrollmentCodes(store, devices, limits, clock);
        approvals = new Approvals(store, clock);
        enrollment =
                new Enrollment(
                        store, devices, validation, authority, refusals, meters, limits, clock);
        renewals =
                new Renewals(
                        credentials, store, validation, authority, refusals, meters, limits, clock);
        addOrganization();
    }

    private void addOrganization() {
        SqlOrganizationStore organizations = new SqlOrganizationStore(database, audit);
        AuditEvent made =
                AuditEvent.of(organization, OPERATOR, "organization.created", "test", Map.of());
        organizations.add(new Organization(organization, "Reef", true, clock.instant()), made);
        devices.addProduct(new Product(product, organization, "tank", clock.instant()), made);
    }

    /** Starts the EST listener on a free port, with a certificate of a test PKI for localhost. */
    EstListener listen(TestPki serverPki) {
        TestIdentity server = serverPki.server("localhost", "127.0.0.1");
        return EstListener.start(
                "127.0.0.1",
                0,
                new TlsIdentity(server.keys().getPrivate(), server.chain()),
                enrollment,
                renewals,
                registry,
                refusals,
                authority.issuers(),
                limits);
    }

    EnrollmentCodes.Creation.Created code(boolean approval, int uses, String... serials) {
        Set<DeviceSerial> listed =
                Set.of(serials).stream().map(DeviceSerial::new).collect(Collectors.toSet());
        return (EnrollmentCodes.Creation.Created)
                codes.create(
                        organization,
                        new NewEnrollmentCode(
                                product, "", listed, uses, Duration.ofDays(1), approval),
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
        return Optional.ofNullable(
                        meters.find("breakwater.refusals")
                                .tags("where", "est", "reason", reason.code())
                                .counter())
                .map(counter -> counter.count())
                .orElse(0.0);
    }

    /**
     * The newest refusal in the log, of this organization or of nobody known. A write that waits
     * for the disk comes after all that were accepted before it, so what was appended is there.
     */
    AuditEntry newestRefusal() {
        codes.withdraw(organization, EnrollmentCodeId.fresh(), OPERATOR);
        return audit.allEntries(Long.MAX_VALUE, 100).stream()
                .filter(entry -> entry.action().equals("est.refused"))
                .findFirst()
                .orElseThrow();
    }

    List<String> actions() {
        return audit.entries(organization, Long.MAX_VALUE, 100).stream()
                .map(AuditEntry::action)
                .toList();
    }

    @Override
    public void close() {
        database.close();
    }
}
