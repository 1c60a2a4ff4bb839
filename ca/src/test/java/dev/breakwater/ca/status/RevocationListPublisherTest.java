/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.ca.InMemoryIssuanceLedger;
import dev.breakwater.ca.TestAuthority;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.ledger.RevocationReason;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestKeys;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RevocationListPublisherTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir Path directory;

    private final TestClock clock = TestClock.at(NOW);
    private TestAuthority test;
    private IssuedCertificate issued;

    @BeforeEach
    void issueOne() throws Exception {
        test = TestAuthority.in(directory, clock);
        issued = test.enroll(TestAuthority.freshDevice("tank-1"), TestKeys.p256());
    }

    @Test
    void listsExactlyTheRevokedWithTimeAndReason() throws Exception {
        assertThat(publish().getRevokedCertificates()).isNull();
        test.ledger().revoke(issued.serial(), NOW, RevocationReason.KEY_COMPROMISE);
        X509CRL list = publish();
        assertThat(list.getRevokedCertificates()).hasSize(1);
        X509CRLEntry entry = list.getRevokedCertificate(issued.certificate());
        assertThat(entry.getRevocationDate().toInstant()).isEqualTo(NOW);
        assertThat(entry.getRevocationReason()).isEqualTo(CRLReason.KEY_COMPROMISE);
    }

    @Test
    void leavesAnUnspecifiedReasonOut() throws Exception {
        test.ledger().revoke(issued.serial(), NOW, RevocationReason.UNSPECIFIED);
        assertThat(publish().getRevokedCertificate(issued.certificate()).hasExtensions()).isFalse();
    }

    @Test
    void isOfVersion2WithNextUpdateAndSignedByTheIssuingAuthority() throws Exception {
        X509CRL list = publish();
        assertThat(list.getVersion()).isEqualTo(2);
        assertThat(list.getThisUpdate().toInstant()).isEqualTo(NOW);
        assertThat(list.getNextUpdate().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(1)));
        list.verify(test.authority().issuers().getFirst().getPublicKey());
    }

    @Test
    void numbersEveryListHigherThanTheOneBefore() throws Exception {
        BigInteger before = number(publish());
        for (int i = 0; i < 5; i++) {
            BigInteger next = number(publish());
            assertThat(next).isGreaterThan(before);
            before = next;
        }
    }

    @Test
    void saysThatItCoversEndEntitiesOnlyInACriticalExtension() {
        // 30 03: IssuingDistributionPoint; 81 01 ff: [1] onlyContainsUserCerts TRUE (DER leaves out
        // every flag that is FALSE).
        assertThat(extension("2.5.29.28")).isEqualTo(HexFormat.of().parseHex("30038101ff"));
        assertThat(publishUnchecked().getCriticalExtensionOIDs()).containsExactly("2.5.29.28");
    }

    @Test
    void dropsWhatHasExpired() throws Exception {
        test.ledger().revoke(issued.serial(), NOW, RevocationReason.SUPERSEDED);
        clock.advance(Duration.ofDays(31));
        assertThat(publish().getRevokedCertificates()).isNull();
    }

    @Test
    void makesNoListWithoutADurableNumber() {
        test.ledger().failAt(InMemoryIssuanceLedger.Step.CRL_NUMBER);
        assertThatExceptionOfType(StatusUnavailable.class).isThrownBy(this::publish);
    }

    private X509CRL publish() throws StatusUnavailable {
        return test.authority().revocationLists().publish();
    }

    private X509CRL publishUnchecked() {
        try {
            return publish();
        } catch (StatusUnavailable unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    private byte[] extension(String oid) {
        return ASN1OctetString.getInstance(publishUnchecked().getExtensionValue(oid)).getOctets();
    }

    private static BigInteger number(X509CRL list) {
        byte[] value = list.getExtensionValue(Extension.cRLNumber.getId());
        return CRLNumber.getInstance(ASN1OctetString.getInstance(value).getOctets()).getCRLNumber();
    }
}
