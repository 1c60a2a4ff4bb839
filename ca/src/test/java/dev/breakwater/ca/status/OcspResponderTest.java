/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.ca.InMemoryIssuanceLedger;
import dev.breakwater.ca.TestAuthority;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.ledger.RevocationReason;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OcspResponderTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir Path directory;

    private final TestClock clock = TestClock.at(NOW);
    private TestAuthority test;
    private IssuedCertificate issued;
    private X509Certificate issuing;

    @BeforeEach
    void issueOne() throws Exception {
        test = TestAuthority.in(directory, clock);
        issued = test.enroll(TestAuthority.freshDevice("tank-1"), TestKeys.p256());
        issuing = test.authority().issuers().getFirst();
    }

    @Test
    void saysGoodThenRevokedWithTimeAndReason() throws Exception {
        assertThat(statusOf(issued.serial().value())).isEqualTo(CertificateStatus.GOOD);
        test.ledger().revoke(issued.serial(), NOW, RevocationReason.KEY_COMPROMISE);
        var revoked = (RevokedStatus) statusOf(issued.serial().value());
        assertThat(revoked.getRevocationReason()).isEqualTo(1);
        assertThat(revoked.getRevocationTime().toInstant()).isEqualTo(NOW);
    }

    /** What a device that doubts its clock believes: said now, for its nonce, and of no revoked. */
    @Test
    void vouchesForACertificateNowAndForANonce() throws Exception {
        byte[] nonce = new byte[32];
        new Random(5).nextBytes(nonce);
        BasicOCSPResp said = vouched(nonce);
        assertThat(said.getProducedAt().toInstant()).isEqualTo(NOW);
        assertThat(said.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce).getParsedValue())
                .isEqualTo(new DEROctetString(nonce));
        assertThat(single(said).getCertStatus()).isEqualTo(CertificateStatus.GOOD);
        assertThat(single(said).getCertID().getSerialNumber()).isEqualTo(issued.serial().value());
        assertThat(
                        said.isSignatureValid(
                                new JcaContentVerifierProviderBuilder()
                                        .build(issuing.getPublicKey())))
                .isTrue();
        test.ledger().revoke(issued.serial(), NOW, RevocationReason.KEY_COMPROMISE);
        assertThat(single(vouched(nonce)).getCertStatus()).isInstanceOf(RevokedStatus.class);
        for (byte[] none : new byte[][] {new byte[0], new byte[129]}) {
            assertThatThrownBy(() -> vouched(none)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private BasicOCSPResp vouched(byte[] nonce) throws Exception {
        OCSPResp whole =
                new OCSPResp(test.authority().ocspResponder().vouch(issued.certificate(), nonce));
        assertThat(whole.getStatus()).isEqualTo(OCSPRespBuilder.SUCCESSFUL);
        return (BasicOCSPResp) whole.getResponseObject();
    }

    @Test
    void leavesAnUnspecifiedReasonOut() throws Exception {
        test.ledger().revoke(issued.serial(), NOW, RevocationReason.UNSPECIFIED);
        var revoked = (RevokedStatus) statusOf(issued.serial().value());
        assertThat(revoked.hasRevocationReason()).isFalse();
    }

    @Test
    void saysUnknownOfSerialsItNeverRecorded() throws Exception {
        for (BigInteger serial :
                new BigInteger[] {
                    BigInteger.TEN,
                    BigInteger.ZERO,
                    BigInteger.TEN.negate(),
                    BigInteger.ONE.shiftLeft(300)
                }) {
            assertThat(statusOf(serial)).isInstanceOf(UnknownStatus.class);
        }
    }

    @Test
    void saysUnknownOfOurSerialUnderAnotherIssuer() throws Exception {
        X509Certificate stranger = TestPki.create(clock).issuing();
        byte[] request = request(stranger, issued.serial().value(), null);
        assertThat(single(answer(request)).getCertStatus()).isInstanceOf(UnknownStatus.class);
    }

    @Test
    void signsWithTheIssuingKeyAndLimitsTheLifeOfTheAnswer() throws Exception {
        BasicOCSPResp basic = answer(request(issuing, issued.serial().value(), null));
        assertThat(
                        basic.isSignatureValid(
                                new JcaContentVerifierProviderBuilder()
                                        .build(issuing.getPublicKey())))
                .isTrue();
        SingleResp single = single(basic);
        assertThat(single.getThisUpdate().toInstant()).isEqualTo(NOW);
        assertThat(single.getNextUpdate().toInstant()).isEqualTo(NOW.plus(Duration.ofHours(1)));
    }

    @Test
    void echoesANonceUpTo128OctetsAndRefusesALongerOrEmptyOne() throws Exception {
        for (int length : new int[] {1, 32, 128}) {
            byte[] nonce = new byte[length];
            Arrays.fill(nonce, (byte) 7);
            Extension echoed =
                    answer(request(issuing, issued.serial().value(), nonce))
                            .getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
            assertThat(echoed.getExtnValue().getOctets())
                    .isEqualTo(new DEROctetString(nonce).getEncoded());
        }
        for (int length : new int[] {0, 129}) {
            assertThat(errorOf(request(issuing, issued.serial().value(), new byte[length])))
                    .isEqualTo(OCSPRespBuilder.MALFORMED_REQUEST);
        }
    }

    @Test
    void calls16CertificatesARequestAnd17Malformed() throws Exception {
        assertThat(errorOf(requestFor(16))).isEqualTo(OCSPRespBuilder.SUCCESSFUL);
        assertThat(errorOf(requestFor(17))).isEqualTo(OCSPRespBuilder.MALFORMED_REQUEST);
    }

    @Test
    void callsEveryTruncationAndTrailingBytesMalformed() throws Exception {
        byte[] good = request(issuing, issued.serial().value(), new byte[32]);
        for (int length = 0; length < good.length; length++) {
            assertThat(errorOf(Arrays.copyOf(good, length)))
                    .isEqualTo(OCSPRespBuilder.MALFORMED_REQUEST);
        }
        assertThat(errorOf(Arrays.copyOf(good, good.length + 1)))
                .isEqualTo(OCSPRespBuilder.MALFORMED_REQUEST);
        assertThat(errorOf(new byte[OcspResponder.REQUEST_BYTES_MAX + 1]))
                .isEqualTo(OCSPRespBuilder.MALFORMED_REQUEST);
    }

    @Test
    void answersEveryMutationWithBytesAndNeverAnException() throws Exception {
        byte[] good = request(issuing, issued.serial().value(), new byte[32]);
        long seed = 20261122;
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            byte[] mutated = good.clone();
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            assertThatCode(() -> new OCSPResp(test.authority().ocspResponder().answer(mutated)))
                    .as("seed %d, round %d", seed, round)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void asksToTryLaterWhenTheLedgerFails() throws Exception {
        test.ledger().failAt(InMemoryIssuanceLedger.Step.STATUS);
        assertThat(errorOf(request(issuing, issued.serial().value(), null)))
                .isEqualTo(OCSPRespBuilder.TRY_LATER);
    }

    private CertificateStatus statusOf(BigInteger serial) throws Exception {
        return single(answer(request(issuing, serial, null))).getCertStatus();
    }

    private BasicOCSPResp answer(byte[] request) throws Exception {
        OCSPResp response = new OCSPResp(test.authority().ocspResponder().answer(request));
        assertThat(response.getStatus()).isEqualTo(OCSPRespBuilder.SUCCESSFUL);
        return (BasicOCSPResp) response.getResponseObject();
    }

    private int errorOf(byte[] request) throws Exception {
        return new OCSPResp(test.authority().ocspResponder().answer(request)).getStatus();
    }

    private static SingleResp single(BasicOCSPResp response) {
        assertThat(response.getResponses()).hasSize(1);
        return response.getResponses()[0];
    }

    private byte[] requestFor(int certificates) throws Exception {
        OCSPReqBuilder builder = new OCSPReqBuilder();
        for (int i = 1; i <= certificates; i++) {
            builder.addRequest(id(issuing, BigInteger.valueOf(i)));
        }
        return builder.build().getEncoded();
    }

    private static byte[] request(
            X509Certificate issuer,
            BigInteger serial,
            byte @org.jspecify.annotations.Nullable [] nonce)
            throws Exception {
        OCSPReqBuilder builder = new OCSPReqBuilder().addRequest(id(issuer, serial));
        if (nonce != null) {
            builder.setRequestExtensions(
                    new Extensions(
                            new Extension(
                                    OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                                    false,
                                    new DEROctetString(nonce).getEncoded())));
        }
        return builder.build().getEncoded();
    }

    private static CertificateID id(X509Certificate issuer, BigInteger serial) throws Exception {
        return new CertificateID(
                new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
                new X509CertificateHolder(issuer.getEncoded()),
                serial);
    }
}
