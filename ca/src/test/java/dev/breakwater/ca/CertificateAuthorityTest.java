/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.ca.ledger.CertificateProfile;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.ledger.SerialNumber;
import dev.breakwater.ca.request.CertificateRequest;
import dev.breakwater.ca.request.IssuanceAuthorization;
import dev.breakwater.ca.request.RefusalReason;
import dev.breakwater.ca.request.RequestRefused;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir Path directory;

    private final TestClock clock = TestClock.at(NOW);
    private final CertificateSubject.Device device = TestAuthority.freshDevice("tank-1");
    private TestAuthority test;

    @BeforeEach
    void openAuthority() throws CaUnusable {
        test = TestAuthority.in(directory.resolve("ca"), clock);
    }

    @Test
    void issuesADeviceCertificateOfExactlyTheDeviceProfile() throws Exception {
        KeyPair keys = TestKeys.p256();
        IssuedCertificate issued = test.enroll(device, keys);
        X509Certificate certificate = issued.certificate();
        assertThat(certificate.getVersion()).isEqualTo(3);
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=tank-1");
        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(certificate.getNotBefore().toInstant())
                .isEqualTo(NOW.minus(Duration.ofHours(1)));
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(30)));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getKeyUsage())
                .containsExactly(true, false, false, false, false, false, false, false, false);
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactly(List.of(6, device.id().urn()));
        assertThat(certificate.getCriticalExtensionOIDs())
                .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
        assertThat(certificate.getNonCriticalExtensionOIDs())
                .containsExactlyInAnyOrder("2.5.29.14", "2.5.29.35", "2.5.29.37", "2.5.29.17");
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(SerialNumber.of(certificate.getSerialNumber())).isEqualTo(issued.serial());
        assertThat(issued.reservation().profile()).isEqualTo(CertificateProfile.DEVICE);
        certificate.verify(test.authority().issuers().getFirst().getPublicKey());
    }

    @Test
    void issuesForEveryAcceptedKindOfKey() throws Exception {
        for (KeyPair keys :
                List.of(
                        TestKeys.p256(),
                        TestKeys.ec("secp384r1"),
                        TestKeys.ed25519(),
                        TestKeys.rsa(2048))) {
            IssuedCertificate issued = test.enroll(TestAuthority.freshDevice("tank-2"), keys);
            assertThat(issued.certificate().getPublicKey()).isEqualTo(keys.getPublic());
        }
    }

    @Test
    void issuesAListenerCertificateWithItsNamesAndForServersOnly() throws Exception {
        X509Certificate certificate = test.issueForListener().certificate();
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        assertThat(names)
                .containsExactly(
                        List.of(2, "localhost"),
                        List.of(2, "tanks.example"),
                        List.of(7, "127.0.0.1"),
                        List.of(7, "0:0:0:0:0:0:0:1"));
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(90)));
    }

    @Test
    void writesUrlsIntoCertificatesOnlyWhenTheyAreConfigured() throws Exception {
        IssuancePolicy standard = IssuancePolicy.standard();
        IssuancePolicy withUrls =
                new IssuancePolicy(
                        standard.deviceValidity(),
                        standard.serverValidity(),
                        standard.revocationListValidity(),
                        standard.ocspValidity(),
                        Optional.of(URI.create("http://pki.example/issuing.crl")),
                        Optional.of(URI.create("http://pki.example/ocsp")));
        TestAuthority other = TestAuthority.in(directory.resolve("other"), withUrls, clock);
        X509Certificate certificate = other.enroll(device, TestKeys.p256()).certificate();
        assertThat(certificate.getNonCriticalExtensionOIDs())
                .contains("2.5.29.31", "1.3.6.1.5.5.7.1.1");
    }

    @Test
    void neverIssuesBeyondTheEndOfTheIssuingAuthority() throws Exception {
        Instant end = test.authority().issuers().getFirst().getNotAfter().toInstant();
        clock.set(end.minus(Duration.ofDays(3)));
        X509Certificate certificate = test.enroll(device, TestKeys.p256()).certificate();
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(end);
    }

    @Test
    void usesAnAuthorizationOnce() throws Exception {
        IssuanceAuthorization authorization = authorization(device, TestKeys.p256());
        test.authority().issue(authorization);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> test.authority().issue(authorization));
        assertThat(test.ledger().certificates()).hasSize(1);
    }

    @Test
    void signsNothingWhenTheReservationFails() throws Exception {
        test.ledger().failAt(InMemoryIssuanceLedger.Step.RESERVE);
        IssuanceAuthorization authorization = authorization(device, TestKeys.p256());
        assertThatExceptionOfType(IssuanceFailed.class)
                .isThrownBy(() -> test.authority().issue(authorization))
                .withMessageContaining("could not be reserved");
        assertThat(test.ledger().reservations()).isEmpty();
        assertThat(test.ledger().certificates()).isEmpty();
    }

    @Test
    void handsOutNothingWhenTheRecordFailsAndLetsTheSameDeviceTryAgain() throws Exception {
        KeyPair keys = TestKeys.p256();
        test.ledger().failAt(InMemoryIssuanceLedger.Step.RECORD);
        IssuanceAuthorization first = authorization(device, keys);
        assertThatExceptionOfType(IssuanceFailed.class)
                .isThrownBy(() -> test.authority().issue(first))
                .withMessageContaining("could not be recorded");
        assertThat(test.ledger().reservations()).hasSize(1);
        assertThat(test.ledger().certificates()).isEmpty();

        test.ledger().recover();
        IssuedCertificate second = test.enroll(device, keys);
        assertThat(test.ledger().certificates()).containsExactly(second);
        assertThat(test.ledger().reservations()).hasSize(2);
    }

    @Test
    void refusesTheSecondOfTwoDevicesThatRaceWithOneKey() throws Exception {
        KeyPair shared = TestKeys.p256();
        IssuanceAuthorization first = authorization(device, shared);
        IssuanceAuthorization second = authorization(TestAuthority.freshDevice("tank-2"), shared);
        test.authority().issue(first);
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> test.authority().issue(second))
                .extracting(RequestRefused::reason)
                .isEqualTo(RefusalReason.KEY_ALREADY_REGISTERED);
        assertThat(test.ledger().certificates()).hasSize(1);
    }

    @Test
    void givesConcurrentRequestsDifferentSerialsAndRecordsEveryOne() throws Exception {
        Set<SerialNumber> serials = ConcurrentHashMap.newKeySet();
        List<Future<?>> running = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                var subject = TestAuthority.freshDevice("tank-" + i);
                running.add(
                        threads.submit(
                                () -> serials.add(test.enroll(subject, TestKeys.p256()).serial())));
            }
        }
        for (Future<?> done : running) {
            done.get();
        }
        assertThat(serials).hasSize(100);
        assertThat(test.ledger().certificates()).hasSize(100);
    }

    @Test
    void givesEverySerialTheSameLengthAndAPositiveSign() {
        for (int i = 0; i < 1000; i++) {
            SerialNumber serial = SerialNumber.random();
            assertThat(serial.value().signum()).isPositive();
            assertThat(serial.value().bitLength()).isEqualTo(127);
            assertThat(SerialNumber.of(serial.value())).isEqualTo(serial);
        }
    }

    @Test
    void letsACertificateLiveAsLongAsWasAuthorizedAndNeverLongerThanThePolicySays()
            throws Exception {
        assertThat(lifeAuthorizedFor(Duration.ofDays(7))).isEqualTo(Duration.ofDays(7));
        assertThat(lifeAuthorizedFor(Duration.ofDays(90))).isEqualTo(Duration.ofDays(30));
    }

    private Duration lifeAuthorizedFor(Duration lifeMax) throws Exception {
        CertificateSubject.Device fresh = TestAuthority.freshDevice("tank-" + lifeMax.toDays());
        IssuanceAuthorization authorization =
                test.validation()
                        .authorize(
                                CertificateRequest.parse(
                                        TestRequests.request(TestKeys.p256(), fresh.commonName())),
                                fresh,
                                new IssuanceBasis.OperatorApproval("ada"),
                                lifeMax);
        Instant notAfter =
                test.authority().issue(authorization).certificate().getNotAfter().toInstant();
        return Duration.between(clock.instant(), notAfter);
    }

    private IssuanceAuthorization authorization(CertificateSubject.Device subject, KeyPair keys)
            throws Exception {
        return test.validation()
                .authorize(
                        CertificateRequest.parse(TestRequests.request(keys, subject.commonName())),
                        subject,
                        new IssuanceBasis.OperatorApproval("ada"),
                        TestAuthority.LIFE_MAX);
    }
}
