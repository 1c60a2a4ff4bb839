/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.ca.ledger.CertificateStatus;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.ledger.KeyAlreadyRegistered;
import dev.breakwater.ca.ledger.KeyRegistration;
import dev.breakwater.ca.ledger.LedgerFailed;
import dev.breakwater.ca.ledger.Reservation;
import dev.breakwater.ca.ledger.RevocationReason;
import dev.breakwater.ca.ledger.RevokedCertificate;
import dev.breakwater.ca.ledger.SerialNumber;
import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.store.EnrolledDevices.Enrolled;
import dev.breakwater.testkit.pki.TestIdentity;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link IssuanceLedger} does, on every database. */
abstract class IssuanceLedgerContract extends StoreContract {

    private static final IssuanceBasis.EnrollmentCode CODE =
            new IssuanceBasis.EnrollmentCode("code-1");

    private EnrolledDevices enrolled;
    private IssuanceLedger ledger;
    private ProductId tanks;

    @BeforeEach
    void makeLedger() {
        enrolled = new EnrolledDevices(this);
        ledger = enrolled.ledger();
        tanks = product(organization, "tank");
    }

    @Test
    void takesASerialNumberOnce() throws Exception {
        CertificateSubject.Device subject = subject("tank-1");
        TestIdentity identity = enrolled.pki().device(subject.id(), subject.serial());
        Reservation reservation = enrolled.reservation(identity, subject, CODE);
        ledger.reserve(reservation);

        assertThatThrownBy(() -> ledger.reserve(reservation)).isInstanceOf(LedgerFailed.class);
    }

    @Test
    void reservesAKeyForOneSubjectOnly() throws Exception {
        CertificateSubject.Device subject = subject("tank-1");
        TestIdentity identity = enrolled.pki().device(subject.id(), subject.serial());
        ledger.reserve(enrolled.reservation(identity, subject, CODE));

        CertificateSubject.Device copy = subject("tank-2");
        TestIdentity copied = enrolled.pki().device(copy.id(), copy.serial(), identity.keys());
        assertThatThrownBy(() -> ledger.reserve(enrolled.reservation(copied, copy, CODE)))
                .isInstanceOf(KeyAlreadyRegistered.class);

        TestIdentity retried =
                enrolled.pki().device(subject.id(), subject.serial(), identity.keys());
        ledger.reserve(enrolled.reservation(retried, subject, CODE));
    }

    @Test
    void knowsAKeyByRecordedCertificatesOnly() throws Exception {
        CertificateSubject.Device subject = subject("tank-1");
        TestIdentity identity = enrolled.pki().device(subject.id(), subject.serial());
        ledger.reserve(enrolled.reservation(identity, subject, CODE));
        assertThat(ledger.keyRegistration(EnrolledDevices.key(identity.keys()))).isEmpty();

        Enrolled device = enrolled.enroll(organization, tanks, "tank-2");

        KeyRegistration known =
                ledger.keyRegistration(EnrolledDevices.key(device.identity().keys())).orElseThrow();
        assertThat(known.holder())
                .isEqualTo(new CertificateSubject.Device(device.id(), serial("tank-2")));
        assertThat(known.certificates()).containsExactly(serialOf(device.identity()));
    }

    @Test
    void refusesToRecordWhatWasNotReservedOrIsRecorded() throws Exception {
        TestIdentity identity = enrolled.pki().server("localhost", "127.0.0.1");
        Reservation reservation = listener(identity);
        assertThatThrownBy(() -> ledger.record(enrolled.issued(reservation, identity)))
                .isInstanceOf(LedgerFailed.class);

        ledger.reserve(reservation);
        ledger.record(enrolled.issued(reservation, identity));

        assertThatThrownBy(() -> ledger.record(enrolled.issued(reservation, identity)))
                .isInstanceOf(LedgerFailed.class);
    }

    @Test
    void refusesToRecordADeviceNobodyEnrolled() throws Exception {
        CertificateSubject.Device subject = subject("tank-1");
        TestIdentity identity = enrolled.pki().device(subject.id(), subject.serial());
        Reservation reservation = enrolled.reservation(identity, subject, CODE);
        ledger.reserve(reservation);

        assertThatThrownBy(() -> ledger.record(enrolled.issued(reservation, identity)))
                .isInstanceOf(LedgerFailed.class)
                .hasMessageContaining("waits for a certificate");
        assertThat(ledger.status(reservation.serial())).isEqualTo(new CertificateStatus.Unknown());
    }

    @Test
    void remembersAListenersNames() throws Exception {
        TestIdentity identity = enrolled.pki().server("localhost", "127.0.0.1");
        Reservation reservation = listener(identity);
        ledger.reserve(reservation);
        ledger.record(enrolled.issued(reservation, identity));

        assertThat(ledger.keyRegistration(EnrolledDevices.key(identity.keys())))
                .map(KeyRegistration::holder)
                .contains(reservation.subject());
        assertThat(ledger.status(reservation.serial())).isEqualTo(new CertificateStatus.Good());
    }

    @Test
    void saysWhetherACertificateIsGoodHeldOrRevoked() throws Exception {
        Enrolled device = enrolled.enroll(organization, tanks, "tank-1");
        SerialNumber number = serialOf(device.identity());
        assertThat(ledger.status(number)).isEqualTo(new CertificateStatus.Good());
        assertThat(ledger.revokedAndEndingAfter(clock.instant())).isEmpty();

        clock.advance(Duration.ofMinutes(1));
        change(device.id(), DeviceStatus.SUSPENDED);
        assertThat(ledger.status(number))
                .isEqualTo(
                        new CertificateStatus.Revoked(
                                clock.instant(), RevocationReason.CERTIFICATE_HOLD));

        clock.advance(Duration.ofMinutes(1));
        change(device.id(), DeviceStatus.REVOKED);
        assertThat(ledger.revokedAndEndingAfter(clock.instant()))
                .containsExactly(
                        new RevokedCertificate(
                                number, clock.instant(), RevocationReason.PRIVILEGE_WITHDRAWN));
        assertThat(ledger.revokedAndEndingAfter(clock.instant().plus(Duration.ofDays(60))))
                .isEmpty();
        assertThat(ledger.status(SerialNumber.random())).isEqualTo(new CertificateStatus.Unknown());
    }

    @Test
    void countsCrlNumbersUp() throws Exception {
        BigInteger first = ledger.nextCrlNumber();

        assertThat(ledger.nextCrlNumber()).isEqualTo(first.add(BigInteger.ONE));
    }

    private Reservation listener(TestIdentity identity) throws Exception {
        ServerNames names =
                new ServerNames(List.of("localhost"), List.of(InetAddress.ofLiteral("127.0.0.1")));
        return enrolled.reservation(
                identity,
                new CertificateSubject.Server(names),
                new IssuanceBasis.ServerListener(names));
    }

    private void change(DeviceId id, DeviceStatus status) {
        devices.changeStatus(
                organization,
                id,
                status,
                "because",
                Optional.empty(),
                event(organization, "device." + status.code()));
    }

    private static CertificateSubject.Device subject(String serial) {
        return new CertificateSubject.Device(DeviceId.fresh(), serial(serial));
    }

    private static SerialNumber serialOf(TestIdentity identity) {
        return SerialNumber.of(identity.leaf().getSerialNumber());
    }
}
