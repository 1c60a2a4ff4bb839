/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.message.SignedTime;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.pki.TestStatus;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a device believes about the time, and what it does not. */
final class ProvenTimeTest {

    private static final String NONCE = "n".repeat(42) + "A";
    private static final String OTHER_NONCE = "o".repeat(42) + "A";

    private final TestClock clock = TestClock.atPresent();
    private final TestPki pki = TestPki.create(clock);
    private final TestIdentity server = pki.server("localhost");
    private final Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    private ServerTrust trust;

    @BeforeEach
    void pinTheRoot() throws Exception {
        trust =
                ServerTrust.pinned(
                        RootFingerprint.of(pki.root()), List.of(pki.root(), pki.issuing()));
    }

    @Test
    void isWhatTheAuthorityOfThePinnedRootSaysForThisQuestion() throws Exception {
        SignedTime told = told(good());
        assertThat(ProvenTime.verify(told, NONCE, trust)).isEqualTo(now);
        SignedTime read = SignedTime.parse(told.toJson().getBytes(UTF_8));
        assertThat(ProvenTime.verify(read, NONCE, trust)).isEqualTo(now);
    }

    @Test
    void mayComeWithTheRootToo() throws Exception {
        SignedTime whole =
                SignedTime.of(good().der(), ders(server.leaf(), pki.issuing(), pki.root()));
        assertThat(ProvenTime.verify(whole, NONCE, trust)).isEqualTo(now);
    }

    /** An answer of yesterday's, played again, or one that was made for nobody. */
    @Test
    void isNotTheAnswerToAnotherQuestion() throws Exception {
        refuses(told(good()), OTHER_NONCE, "another question");
        refuses(told(good().withoutNonce()), NONCE, "another question");
    }

    /** What a thief of the server's key, of old or of today, can do about the time: nothing. */
    @Test
    void isNotSignedWithTheServersOwnKey() throws Exception {
        refuses(told(good().withSigner(server.keys())), NONCE, "signature of the time");
    }

    @Test
    void isNotSignedByADeviceThatCallsItselfAnAuthority() throws Exception {
        TestIdentity neighbour = pki.device(DeviceId.fresh(), new DeviceSerial("tank-2"));
        TestStatus forged = good().withSigner(neighbour.keys()).withIssuing(neighbour.leaf());
        refuses(
                SignedTime.of(forged.der(), ders(server.leaf(), neighbour.leaf(), pki.issuing())),
                NONCE,
                "by an authority of the pinned root");
    }

    @Test
    void isNotSignedByAnAuthorityOfAnotherRoot() throws Exception {
        TestPki other = TestPki.create(clock);
        TestIdentity theirs = other.server("localhost");
        TestStatus said = other.status(theirs.leaf(), SignedTime.nonceBytes(NONCE), now);
        refuses(
                SignedTime.of(said.der(), ders(theirs.leaf(), other.issuing())),
                NONCE,
                "by an authority of the pinned root");
        // With the pinned one's certificates behind it, or in front of it.
        refuses(
                SignedTime.of(
                        said.der(),
                        ders(theirs.leaf(), other.issuing(), pki.issuing(), pki.root())),
                NONCE,
                "by an authority of the pinned root");
        refuses(
                SignedTime.of(said.der(), ders(server.leaf(), pki.issuing(), other.issuing())),
                NONCE,
                "another certificate");
    }

    @Test
    void speaksOfThisServersCertificateAndOfNoOther() throws Exception {
        refuses(told(good().withSerials(BigInteger.TEN)), NONCE, "another certificate");
        refuses(told(good().withSerials()), NONCE, "another certificate");
        refuses(
                told(good().withSerials(server.leaf().getSerialNumber(), BigInteger.TEN)),
                NONCE,
                "another certificate");
        TestPki other = TestPki.create(clock);
        refuses(told(good().withIssuing(other.issuing())), NONCE, "another certificate");
    }

    @Test
    void isVouchedForNoDevice() throws Exception {
        TestIdentity neighbour = pki.device(DeviceId.fresh(), new DeviceSerial("tank-2"));
        TestStatus said = pki.status(neighbour.leaf(), SignedTime.nonceBytes(NONCE), now);
        refuses(
                SignedTime.of(said.der(), ders(neighbour.leaf(), pki.issuing())),
                NONCE,
                "vouched for no server");
    }

    @Test
    void isNoRevokedServers() throws Exception {
        refuses(told(good().withRevoked()), NONCE, "does not call the server's certificate good");
        refuses(told(good().withUnknown()), NONCE, "does not call the server's certificate good");
    }

    @Test
    void isNotAlteredOnItsWay() throws Exception {
        byte[] der = good().der();
        int refusals = 0;
        for (int at = 0; at < der.length; at += 3) {
            byte[] altered = der.clone();
            altered[at] ^= 1;
            SignedTime told = SignedTime.of(altered, ders(server.leaf(), pki.issuing()));
            try {
                // What is not signed, as the answer's wrapping, may differ and say the same.
                assertThat(ProvenTime.verify(told, NONCE, trust)).as("byte " + at).isEqualTo(now);
            } catch (CertificateRefused refused) {
                assertThat(refused).hasMessageNotContaining("null");
                refusals++;
            }
        }
        assertThat(refusals).isGreaterThan(der.length / 6);
    }

    /** No true answer lies beyond the life of the certificate that it is about. */
    @Test
    void liesWithinTheLifeOfTheServersCertificate() throws Exception {
        Instant end = server.leaf().getNotAfter().toInstant();
        Instant begin = server.leaf().getNotBefore().toInstant();
        assertThat(ProvenTime.verify(at(end), NONCE, trust)).isEqualTo(end);
        assertThat(ProvenTime.verify(at(begin), NONCE, trust)).isEqualTo(begin);
        for (Instant beyond :
                List.of(
                        end.plusSeconds(1),
                        begin.minusSeconds(1),
                        Instant.EPOCH,
                        Instant.parse("9999-12-31T23:59:59Z"))) {
            refuses(at(beyond), NONCE, "by an authority of the pinned root");
        }
    }

    /** A server that fell asleep: the authority is asked now, its certificate ended long ago. */
    @Test
    void isNotVouchedForAServerOfOld() throws Exception {
        TestIdentity old =
                pki.serverBetween(
                        "localhost",
                        now.minus(Duration.ofHours(20)),
                        now.minus(Duration.ofHours(1)));
        TestStatus said = pki.status(old.leaf(), SignedTime.nonceBytes(NONCE), now);
        refuses(
                SignedTime.of(said.der(), ders(old.leaf(), pki.issuing())),
                NONCE,
                "by an authority of the pinned root");
    }

    @Test
    void comesWithReadableCertificatesThatLeadToTheRoot() throws Exception {
        byte[] said = good().der();
        byte[] leaf = server.leaf().getEncoded();
        for (List<byte[]> chain :
                List.of(
                        List.of(new byte[0]),
                        List.of("no certificate".getBytes(UTF_8)),
                        List.of(leaf),
                        List.of(leaf, leaf),
                        List.of(leaf, pki.root().getEncoded()),
                        List.of(leaf, new byte[] {0x30, 0x00}))) {
            assertThatThrownBy(() -> ProvenTime.verify(SignedTime.of(said, chain), NONCE, trust))
                    .isInstanceOf(CertificateRefused.class);
        }
    }

    @Test
    void isAnAnswerAndNoErrorNorGarbage() throws Exception {
        for (byte[] garbage :
                List.of(
                        new byte[0],
                        new byte[] {0x30, 0x00},
                        // OCSPResponse of tryLater.
                        new byte[] {0x30, 0x03, 0x0A, 0x01, 0x03},
                        // Successful, and nothing said.
                        new byte[] {0x30, 0x03, 0x0A, 0x01, 0x00},
                        "garbage".getBytes(UTF_8))) {
            assertThatThrownBy(
                            () ->
                                    ProvenTime.verify(
                                            SignedTime.of(
                                                    garbage, ders(server.leaf(), pki.issuing())),
                                            NONCE,
                                            trust))
                    .isInstanceOf(CertificateRefused.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "null",
                "[]",
                "{}",
                "{\"status\":\"\",\"chain\":[]}",
                "{\"status\":\"\",\"chain\":[\"%%\"]}",
                "{\"status\":\"%%\",\"chain\":[\"MAA=\"]}",
                "{\"status\":7,\"chain\":[\"MAA=\"]}",
                "{\"status\":\"\",\"chain\":[7]}",
                "{\"chain\":[\"MAA=\"]}"
            })
    void isNotReadOutOfGarbage(String garbage) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignedTime.parse(garbage.getBytes(UTF_8)));
    }

    @Test
    void isNotReadBeyondItsLimits() {
        String nine = String.join(",", Collections.nCopies(9, "\"MAA=\""));
        String many = "{\"status\":\"MAA=\",\"chain\":[" + nine + "]}";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignedTime.parse(many.getBytes(UTF_8)))
                .withMessageContaining("9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignedTime.parse(new byte[SignedTime.BYTES_MAX + 1]))
                .withMessageContaining("bytes");
    }

    private TestStatus good() {
        return pki.status(server.leaf(), SignedTime.nonceBytes(NONCE), now);
    }

    private SignedTime at(Instant time) throws GeneralSecurityException {
        return told(pki.status(server.leaf(), SignedTime.nonceBytes(NONCE), time));
    }

    private SignedTime told(TestStatus status) throws GeneralSecurityException {
        return SignedTime.of(status.der(), ders(server.leaf(), pki.issuing()));
    }

    private void refuses(SignedTime told, String nonce, String why) {
        assertThatThrownBy(() -> ProvenTime.verify(told, nonce, trust))
                .isInstanceOf(CertificateRefused.class)
                .hasMessageContaining(why);
    }

    private static List<byte[]> ders(X509Certificate... chain) throws GeneralSecurityException {
        List<byte[]> ders = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            ders.add(certificate.getEncoded());
        }
        return ders;
    }
}
