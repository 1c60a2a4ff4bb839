/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.ca.TestAuthority;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.IssuanceBasis.EnrollmentCode;
import dev.breakwater.ca.ledger.IssuanceBasis.Renewal;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.ledger.LedgerFailed;
import dev.breakwater.ca.ledger.RevocationReason;
import dev.breakwater.ca.ledger.SerialNumber;
import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RequestValidationTest {

    private static final EnrollmentCode CODE = new EnrollmentCode("code-1");

    @TempDir Path directory;

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final CertificateSubject.Device device = TestAuthority.freshDevice("tank-1");
    private final KeyPair keys = TestKeys.p256();
    private TestAuthority test;

    @BeforeEach
    void openAuthority() throws Exception {
        test = TestAuthority.in(directory, clock);
    }

    @Test
    void authorizesAGoodRequestForExactlyWhatWasGranted() throws Exception {
        IssuanceAuthorization authorization = authorize(TestRequests.request(keys, "tank-1"), CODE);
        assertThat(authorization.subject()).isEqualTo(device);
        assertThat(authorization.basis()).isEqualTo(CODE);
        assertThat(authorization.key().encoded()).isEqualTo(keys.getPublic().getEncoded());
    }

    @Test
    void refusesARequestWithABadSignature() {
        assertRefused(
                TestRequests.withBadSignature(keys, "tank-1"),
                CODE,
                RefusalReason.NO_PROOF_OF_POSSESSION);
    }

    @Test
    void refusesAnEcdsaSignatureOfZeros() {
        assertRefused(
                TestRequests.withZeroSignature(keys, "tank-1"),
                CODE,
                RefusalReason.NO_PROOF_OF_POSSESSION);
    }

    @Test
    void refusesAnothersKeySignedWithOnesOwn() {
        assertRefused(
                TestRequests.signedByAnotherKey(keys, TestKeys.p256(), "tank-1"),
                CODE,
                RefusalReason.NO_PROOF_OF_POSSESSION);
        assertRefused(
                TestRequests.signedByAnotherKey(keys, TestKeys.rsa(2048), "tank-1"),
                CODE,
                RefusalReason.NO_PROOF_OF_POSSESSION);
    }

    @Test
    void refusesASignatureWithSha1() {
        assertRefused(
                TestRequests.signedWith("SHA1withECDSA", keys, "tank-1"),
                CODE,
                RefusalReason.SIGNATURE_ALGORITHM);
    }

    @Test
    void refusesAWeakKey() {
        assertRefused(
                TestRequests.request(TestKeys.rsa(1024), "tank-1"), CODE, RefusalReason.WEAK_KEY);
        assertRefused(
                TestRequests.request(TestKeys.ec("secp521r1"), "tank-1"),
                CODE,
                RefusalReason.WEAK_KEY);
    }

    @Test
    void refusesEverySubjectButTheGrantedCommonName() {
        for (String subject :
                List.of(
                        "CN=tank-2",
                        "CN=TANK-1",
                        "CN=tank-1,O=Somebody",
                        "CN=tank-1,CN=tank-1",
                        "CN=tank-1+OU=pond",
                        "OU=tank-1",
                        "")) {
            assertRefused(
                    TestRequests.withSubject(keys, subject),
                    CODE,
                    RefusalReason.SUBJECT_NOT_GRANTED);
        }
    }

    @Test
    void acceptsItsOwnAlternativeNameAndRefusesForeignOnes() throws Exception {
        assertThat(authorize(TestRequests.withUri(keys, "tank-1", device.id().urn()), CODE))
                .isNotNull();
        String foreign = TestAuthority.freshDevice("tank-1").id().urn();
        assertRefused(
                TestRequests.withUri(keys, "tank-1", foreign),
                CODE,
                RefusalReason.NAME_NOT_GRANTED);
        assertRefused(
                TestRequests.withDnsName(keys, "tank-1", "bank.example"),
                CODE,
                RefusalReason.NAME_NOT_GRANTED);
    }

    @Test
    void refusesWhoeverAsksToBecomeAnAuthority() {
        assertRefused(
                TestRequests.forAnAuthority(keys, "tank-1"),
                CODE,
                RefusalReason.AUTHORITY_REQUESTED);
        assertRefused(
                TestRequests.forCertificateSigning(keys, "tank-1"),
                CODE,
                RefusalReason.AUTHORITY_REQUESTED);
    }

    @Test
    void refusesAKeyThatIsRegisteredAlready() throws Exception {
        test.enroll(device, keys);
        assertRefused(
                TestRequests.request(keys, "tank-1"), CODE, RefusalReason.KEY_ALREADY_REGISTERED);
        CertificateSubject.Device other = TestAuthority.freshDevice("tank-2");
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> test.enroll(other, keys))
                .extracting(RequestRefused::reason)
                .isEqualTo(RefusalReason.KEY_ALREADY_REGISTERED);
    }

    @Test
    void letsADeviceRenewItsOwnKeyAndTryAgainWhenTheAnswerWasLost() throws Exception {
        IssuedCertificate first = test.enroll(device, keys);
        Renewal renewal = new Renewal(first.serial());
        IssuedCertificate second = test.issue(device, keys, renewal);
        assertThat(second.serial()).isNotEqualTo(first.serial());
        assertThat(test.issue(device, keys, renewal).serial()).isNotEqualTo(second.serial());
    }

    @Test
    void letsADeviceRenewWithANewKey() throws Exception {
        IssuedCertificate first = test.enroll(device, keys);
        KeyPair next = TestKeys.p256();
        assertThat(
                        test.issue(device, next, new Renewal(first.serial()))
                                .certificate()
                                .getPublicKey())
                .isEqualTo(next.getPublic());
    }

    @Test
    void refusesToRenewWithAnEarlierKeyOfTheSameDevice() throws Exception {
        IssuedCertificate first = test.enroll(device, keys);
        IssuedCertificate second = test.issue(device, TestKeys.p256(), new Renewal(first.serial()));
        assertRefused(
                TestRequests.request(keys, "tank-1"),
                new Renewal(second.serial()),
                RefusalReason.KEY_ALREADY_REGISTERED);
    }

    @Test
    void refusesToRenewWithTheKeyOfAnotherDevice() throws Exception {
        IssuedCertificate mine = test.enroll(device, keys);
        KeyPair others = TestKeys.p256();
        test.enroll(TestAuthority.freshDevice("tank-2"), others);
        assertRefused(
                TestRequests.request(others, "tank-1"),
                new Renewal(mine.serial()),
                RefusalReason.KEY_ALREADY_REGISTERED);
    }

    @Test
    void refusesToRenewACertificateThatIsRevokedOrNotOurs() throws Exception {
        IssuedCertificate first = test.enroll(device, keys);
        test.ledger().revoke(first.serial(), clock.instant(), RevocationReason.KEY_COMPROMISE);
        byte[] request = TestRequests.request(TestKeys.p256(), "tank-1");
        assertRefused(request, new Renewal(first.serial()), RefusalReason.PREVIOUS_NOT_ACTIVE);
        assertRefused(
                request, new Renewal(SerialNumber.random()), RefusalReason.PREVIOUS_NOT_ACTIVE);
    }

    @Test
    void decidesNothingWhenTheLedgerFails() throws Exception {
        IssuedCertificate first = test.enroll(device, keys);
        test.ledger().failAt(dev.breakwater.ca.InMemoryIssuanceLedger.Step.STATUS);
        assertThatExceptionOfType(LedgerFailed.class)
                .isThrownBy(
                        () ->
                                authorize(
                                        TestRequests.request(TestKeys.p256(), "tank-1"),
                                        new Renewal(first.serial())));
    }

    @Test
    void refusesAListenerNamesOfOthers() throws Exception {
        var names = new ServerNames(List.of("localhost"), List.of());
        var listener = new IssuanceBasis.ServerListener(names);
        var good =
                CertificateRequest.parse(TestRequests.withDnsName(keys, "localhost", "localhost"));
        assertThat(test.validation().authorize(good, listener).subject())
                .isEqualTo(new CertificateSubject.Server(names));
        var foreign =
                CertificateRequest.parse(
                        TestRequests.withDnsName(keys, "localhost", "bank.example"));
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> test.validation().authorize(foreign, listener))
                .extracting(RequestRefused::reason)
                .isEqualTo(RefusalReason.NAME_NOT_GRANTED);
    }

    private IssuanceAuthorization authorize(byte[] request, IssuanceBasis.ForDevice basis)
            throws Exception {
        return test.validation()
                .authorize(
                        CertificateRequest.parse(request), device, basis, TestAuthority.LIFE_MAX);
    }

    private void assertRefused(
            byte[] request, IssuanceBasis.ForDevice basis, RefusalReason reason) {
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> authorize(request, basis))
                .extracting(RequestRefused::reason)
                .isEqualTo(reason);
    }
}
