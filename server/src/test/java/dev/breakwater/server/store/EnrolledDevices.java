/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.ca.ledger.CertificateFingerprint;
import dev.breakwater.ca.ledger.CertificateProfile;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.ca.ledger.Reservation;
import dev.breakwater.ca.ledger.SerialNumber;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.enrollment.EnrollmentCode;
import dev.breakwater.server.enrollment.EnrollmentCodeId;
import dev.breakwater.server.enrollment.Redemption;
import dev.breakwater.server.enrollment.RedemptionId;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.security.KeyPair;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Puts devices into a database by the steps the server takes, with certificates of a test PKI. */
final class EnrolledDevices {

    private final StoreContract contract;
    private final SqlEnrollmentStore enrollments;
    private final SqlIssuanceLedger ledger;
    private final TestPki pki;

    EnrolledDevices(StoreContract contract) {
        this.contract = contract;
        this.enrollments = new SqlEnrollmentStore(contract.database, contract.audit);
        this.ledger = new SqlIssuanceLedger(contract.database, contract.audit, contract.clock);
        this.pki = TestPki.create(contract.clock);
    }

    record Enrolled(DeviceId id, TestIdentity identity, CredentialFingerprint fingerprint) {}

    Enrolled enroll(OrganizationId owner, ProductId product, String serial) throws Exception {
        return enroll(owner, product, serial, Assurance.SOFTWARE_KEY);
    }

    Enrolled enroll(OrganizationId owner, ProductId product, String serial, Assurance stated)
            throws Exception {
        DeviceSerial deviceSerial = new DeviceSerial(serial);
        EnrollmentCode code = code(owner, product, stated, 1, deviceSerial);
        DeviceId id = DeviceId.fresh();
        TestIdentity identity = pki.device(id, deviceSerial);
        enrollments.bind(
                redemption(code, deviceSerial, key(identity.keys()), id, Redemption.State.GRANTED),
                10,
                contract.event(owner, "enrollment.bound"));
        record(
                identity,
                new CertificateSubject.Device(id, deviceSerial),
                new IssuanceBasis.EnrollmentCode(code.id().toString()));
        return new Enrolled(id, identity, fingerprint(identity));
    }

    Enrolled renew(Enrolled device, DeviceSerial serial, KeyPair keys) throws Exception {
        TestIdentity identity = pki.device(device.id(), serial, keys);
        record(
                identity,
                new CertificateSubject.Device(device.id(), serial),
                new IssuanceBasis.Renewal(
                        SerialNumber.of(device.identity().leaf().getSerialNumber())));
        return new Enrolled(device.id(), identity, fingerprint(identity));
    }

    EnrollmentCode code(
            OrganizationId owner, ProductId product, int uses, DeviceSerial... serials) {
        return code(owner, product, Assurance.SOFTWARE_KEY, uses, serials);
    }

    private EnrollmentCode code(
            OrganizationId owner,
            ProductId product,
            Assurance stated,
            int uses,
            DeviceSerial... serials) {
        EnrollmentCode code =
                new EnrollmentCode(
                        EnrollmentCodeId.fresh(),
                        owner,
                        product,
                        "a note",
                        serials.length,
                        uses,
                        0,
                        false,
                        contract.clock.instant(),
                        StoreContract.OPERATOR.toString(),
                        contract.clock.instant().plus(Duration.ofDays(1)),
                        Optional.empty(),
                        stated);
        return enrollments.addCode(
                code,
                "0".repeat(64),
                Set.of(serials),
                contract.event(owner, "enrollment-code.created"));
    }

    Redemption redemption(
            EnrollmentCode code,
            DeviceSerial serial,
            KeyFingerprint key,
            DeviceId device,
            Redemption.State state) {
        return new Redemption(
                RedemptionId.fresh(),
                code.organization(),
                code.id(),
                code.product(),
                serial,
                key,
                device,
                state,
                contract.clock.instant(),
                "127.0.0.1",
                Optional.empty(),
                Optional.empty());
    }

    Reservation reservation(
            TestIdentity identity, CertificateSubject subject, IssuanceBasis basis) {
        return new Reservation(
                SerialNumber.of(identity.leaf().getSerialNumber()),
                subject,
                CertificateProfile.of(subject),
                key(identity.keys()),
                basis,
                contract.clock.instant(),
                identity.leaf().getNotAfter().toInstant());
    }

    IssuedCertificate issued(Reservation reservation, TestIdentity identity) throws Exception {
        return new IssuedCertificate(
                reservation,
                CertificateFingerprint.of(identity.leaf().getEncoded()),
                identity.leaf(),
                identity.chain());
    }

    private void record(TestIdentity identity, CertificateSubject subject, IssuanceBasis basis)
            throws Exception {
        Reservation reservation = reservation(identity, subject, basis);
        ledger.reserve(reservation);
        ledger.record(issued(reservation, identity));
    }

    TestPki pki() {
        return pki;
    }

    SqlEnrollmentStore enrollments() {
        return enrollments;
    }

    SqlIssuanceLedger ledger() {
        return ledger;
    }

    static KeyFingerprint key(KeyPair keys) {
        return KeyFingerprint.of(keys.getPublic().getEncoded());
    }

    static CredentialFingerprint fingerprint(TestIdentity identity) throws Exception {
        return CredentialFingerprint.of(identity.leaf().getEncoded());
    }

    /** Devices that have nothing but their row. */
    static List<DeviceId> withoutCertificates(
            Transaction transaction,
            OrganizationId organization,
            ProductId product,
            String prefix,
            int count,
            Instant at)
            throws SQLException {
        List<DeviceId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DeviceId id = DeviceId.fresh();
            transaction.update(
                    "INSERT INTO device (device_id, organization_id, product_id, serial, status,"
                            + " status_reason, status_changed_us, confirmed_generation,"
                            + " created_us, version)"
                            + " VALUES (?, ?, ?, ?, 'ACTIVE', '', ?, 1, ?, 1)",
                    id,
                    organization,
                    product,
                    prefix + i,
                    at,
                    at);
            ids.add(id);
        }
        return ids;
    }
}
