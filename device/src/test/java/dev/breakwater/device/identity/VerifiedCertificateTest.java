/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.ForgedIdentities;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerifiedCertificateTest {

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final TestPki pki = TestPki.create(clock);
    private final DeviceId deviceId = DeviceId.fresh();
    private final ForgedIdentities forged = new ForgedIdentities(pki, deviceId, SERIAL);
    private ServerTrust trust;

    @BeforeEach
    void pinRoot() throws CertificateRefused {
        trust =
                ServerTrust.pinned(
                        RootFingerprint.of(pki.root()), List.of(pki.root(), pki.issuing()));
    }

    @Test
    void acceptsCertificateForOurKeyAndKeepsItsChainWithoutTheRoot() throws Exception {
        TestIdentity issued = pki.device(deviceId, SERIAL);
        VerifiedCertificate verified = verify(issued, SERIAL);
        assertThat(verified.deviceId()).isEqualTo(deviceId);
        assertThat(verified.chain()).containsExactly(issued.leaf(), pki.issuing());
    }

    @Test
    void refusesCertificateForAnotherKey() {
        TestIdentity issued = pki.device(deviceId, SERIAL);
        TestIdentity other = pki.device(deviceId, SERIAL);
        assertThatThrownBy(
                        () ->
                                VerifiedCertificate.verify(
                                        issued.leaf(), trust, key(other), SERIAL, clock.instant()))
                .isInstanceOf(CertificateRefused.class)
                .hasMessageContaining("another key than ours");
    }

    @Test
    void refusesCertificateForAnotherSerial() {
        assertRefused(pki.device(deviceId, new DeviceSerial("tank-2")), "not for tank-1");
    }

    @Test
    void refusesCertificateThatDoesNotChainToThePinnedRoot() {
        assertRefused(forged.selfSigned(), "no valid chain");
        assertRefused(forged.otherAuthority(), "no valid chain");
        assertRefused(forged.otherAuthorityOfTheSameName(), "no valid chain");
        assertRefused(forged.zeroSignature(), "no valid chain");
    }

    @Test
    void refusesCertificateThatHasExpired() {
        assertRefused(forged.expired(), "no valid chain");
        TestIdentity issued = pki.device(deviceId, SERIAL);
        clock.advance(Duration.ofDays(31));
        assertRefused(issued, "no valid chain");
    }

    /** The authority signs nothing ahead of time: it is the device's clock that is behind. */
    @Test
    void takesCertificateThatIsNotValidYetAtItsOwnBeginning() throws CertificateRefused {
        assertThat(verify(forged.notYetValid(), SERIAL).chain()).isNotEmpty();
        TestIdentity issued = pki.device(deviceId, SERIAL);
        clock.set(Instant.EPOCH);
        assertThat(verify(issued, SERIAL).deviceId()).isEqualTo(deviceId);
        TestIdentity other = forged.otherAuthority();
        assertRefused(other, "no valid chain");
    }

    @Test
    void refusesCertificateForAnotherPurpose() {
        assertRefused(forged.wrongExtendedKeyUsage(), "not for TLS clients");
    }

    @Test
    void refusesServersWhoseRootIsNotThePinnedOne() {
        RootFingerprint pin = RootFingerprint.of(TestPki.create(clock).root());
        List<X509Certificate> certificates = List.of(pki.root(), pki.issuing());
        assertThatThrownBy(() -> ServerTrust.pinned(pin, certificates))
                .isInstanceOf(CertificateRefused.class)
                .hasMessageContaining("none of the server's 2 certificates");
    }

    @Test
    void readsFingerprintsAsOpensslWritesThem() {
        RootFingerprint pin = RootFingerprint.of(pki.root());
        String openssl = pin.hex().toUpperCase(java.util.Locale.ROOT).replaceAll("..(?=.)", "$0:");
        assertThat(RootFingerprint.parse(openssl)).isEqualTo(pin);
        assertThatThrownBy(() -> RootFingerprint.parse(openssl.substring(3)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void assertRefused(TestIdentity issued, String reason) {
        assertThatThrownBy(() -> verify(issued, SERIAL))
                .isInstanceOf(CertificateRefused.class)
                .hasMessageContaining(reason);
    }

    private VerifiedCertificate verify(TestIdentity issued, DeviceSerial serial)
            throws CertificateRefused {
        return VerifiedCertificate.verify(
                issued.leaf(), trust, key(issued), serial, clock.instant());
    }

    private static DeviceKey key(TestIdentity identity) {
        return new DeviceKey("key-test", identity.keys().getPublic(), identity.keys().getPrivate());
    }
}
