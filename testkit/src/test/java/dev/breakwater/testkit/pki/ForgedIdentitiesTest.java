/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.TestClock;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;

/** Each forgery has the defect it is named after: a fixture that is not broken proves nothing. */
final class ForgedIdentitiesTest {

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final TestPki pki = TestPki.create(clock);
    private final DeviceId victim = DeviceId.fresh();
    private final DeviceSerial serial = new DeviceSerial("tank-1");
    private final ForgedIdentities forged = new ForgedIdentities(pki, victim, serial);

    @Test
    void aGenuineDeviceVerifiesUpToTheRoot() throws Exception {
        TestIdentity device = pki.device(victim, serial);
        device.leaf().verify(pki.issuing().getPublicKey());
        pki.issuing().verify(pki.root().getPublicKey());
        device.leaf().checkValidity(Date.from(clock.instant()));
        assertThat(device.leaf().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    }

    @Test
    void foreignSignaturesDoNotVerifyUnderTheTrustedKey() {
        for (TestIdentity identity :
                new TestIdentity[] {
                    forged.selfSigned(),
                    forged.otherAuthority(),
                    forged.otherAuthorityOfTheSameName(),
                    forged.zeroSignature()
                }) {
            assertThatException()
                    .isThrownBy(() -> identity.leaf().verify(pki.issuing().getPublicKey()));
        }
    }

    @Test
    void theRestReallyIsSignedByTheTrustedKey() {
        for (TestIdentity identity :
                new TestIdentity[] {
                    forged.sameCommonName(),
                    forged.expired(),
                    forged.notYetValid(),
                    forged.wrongExtendedKeyUsage(),
                    forged.authorityAsLeaf(),
                    forged.weakKey()
                }) {
            assertThatCode(() -> identity.leaf().verify(pki.issuing().getPublicKey()))
                    .doesNotThrowAnyException();
            assertThat(identity.leaf().getSubjectX500Principal().getName()).isEqualTo("CN=tank-1");
        }
    }

    @Test
    void eachDefectIsThere() throws Exception {
        Date now = Date.from(clock.instant());
        assertThatExceptionOfType(CertificateExpiredException.class)
                .isThrownBy(() -> forged.expired().leaf().checkValidity(now));
        assertThatExceptionOfType(CertificateNotYetValidException.class)
                .isThrownBy(() -> forged.notYetValid().leaf().checkValidity(now));
        assertThat(forged.wrongExtendedKeyUsage().leaf().getExtendedKeyUsage())
                .doesNotContain("1.3.6.1.5.5.7.3.2");
        assertThat(forged.authorityAsLeaf().leaf().getBasicConstraints()).isZero();
        RSAPublicKey weak = (RSAPublicKey) forged.weakKey().leaf().getPublicKey();
        assertThat(weak.getModulus().bitLength()).isEqualTo(1024);
        assertThat(forged.otherAuthorityOfTheSameName().leaf().getIssuerX500Principal())
                .isEqualTo(pki.issuing().getSubjectX500Principal());
    }
}
