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
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a device believes about the time, and what it does not. */
final class ProvenTimeTest {

    private static final String NONCE = "n".repeat(43);
    private static final String OTHER_NONCE = "o".repeat(43);

    private final TestClock clock = TestClock.atPresent();
    private final TestPki pki = TestPki.create(clock);
    private final TestIdentity server = pki.server("localhost");
    private ServerTrust trust;

    @BeforeEach
    void pinTheRoot() throws Exception {
        trust =
                ServerTrust.pinned(
                        RootFingerprint.of(pki.root()), List.of(pki.root(), pki.issuing()));
    }

    @Test
    void isWhatAServerOfThePinnedRootSignsForThisQuestion() throws Exception {
        Instant now = clock.instant();
        SignedTime told = signed(SignedTime.statement(now, NONCE), server);
        assertThat(ProvenTime.verify(told, NONCE, trust)).isEqualTo(now);
        SignedTime read = SignedTime.parse(told.toJson().getBytes(UTF_8));
        assertThat(ProvenTime.verify(read, NONCE, trust)).isEqualTo(now);
    }

    @Test
    void mayComeWithTheRootToo() throws Exception {
        TestIdentity whole =
                new TestIdentity(server.keys(), List.of(server.leaf(), pki.issuing(), pki.root()));
        Instant now = clock.instant();
        assertThat(ProvenTime.verify(signed(SignedTime.statement(now, NONCE), whole), NONCE, trust))
                .isEqualTo(now);
    }

    /** An answer of yesterday's, played again. */
    @Test
    void isNotTheAnswerToAnotherQuestion() throws Exception {
        SignedTime told = signed(SignedTime.statement(clock.instant(), NONCE), server);
        refuses(told, OTHER_NONCE, "another question");
    }

    @Test
    void isNotSignedWithAnotherKey() throws Exception {
        String statement = SignedTime.statement(clock.instant(), NONCE);
        TestIdentity borrowed = new TestIdentity(pki.server("localhost").keys(), server.chain());
        refuses(signed(statement, borrowed), NONCE, "signature of the time is not valid");
        refuses(
                SignedTime.of(statement, new byte[0], ders(server.chain())),
                NONCE,
                "not signed by a server of the pinned root");
        // CVE-2022-21449: r and s are zero.
        byte[] zeros = {0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00};
        assertThatThrownBy(
                        () ->
                                ProvenTime.verify(
                                        SignedTime.of(statement, zeros, ders(server.chain())),
                                        NONCE,
                                        trust))
                .isInstanceOf(CertificateRefused.class);
    }

    @Test
    void isNotSignedByAServerOfAnotherRoot() throws Exception {
        String statement = SignedTime.statement(clock.instant(), NONCE);
        TestPki other = TestPki.create(clock);
        refuses(signed(statement, other.server("localhost")), NONCE, "of the pinned root");
        // With the pinned one's certificates behind it.
        refuses(
                signed(
                        statement,
                        new TestIdentity(
                                other.server("localhost").keys(),
                                List.of(
                                        other.server("localhost").leaf(),
                                        pki.issuing(),
                                        pki.root()))),
                NONCE,
                "of the pinned root");
    }

    /** A device of the same root is no server: each could tell its neighbours any time. */
    @Test
    void isNotSignedByADevice() throws Exception {
        TestIdentity neighbour = pki.device(DeviceId.fresh(), new DeviceSerial("tank-2"));
        refuses(
                signed(SignedTime.statement(clock.instant(), NONCE), neighbour),
                NONCE,
                "not signed by a server");
        TestIdentity root = new TestIdentity(neighbour.keys(), List.of(pki.root()));
        refuses(
                signed(SignedTime.statement(clock.instant(), NONCE), root),
                NONCE,
                "not signed by a server");
    }

    @Test
    void isNotAlteredOnItsWay() throws Exception {
        Instant now = clock.instant();
        SignedTime told = signed(SignedTime.statement(now, NONCE), server);
        for (Duration moved : List.of(Duration.ofSeconds(1), Duration.ofSeconds(-1))) {
            refuses(
                    SignedTime.of(
                            SignedTime.statement(now.plus(moved), NONCE),
                            told.signature(),
                            told.chain()),
                    NONCE,
                    "signature of the time is not valid");
        }
    }

    /** Whoever has stolen an old key of the server cannot state a time beyond its certificate. */
    @Test
    void liesWithinTheLifeOfTheSignersCertificate() throws Exception {
        Instant end = server.leaf().getNotAfter().toInstant();
        Instant begin = server.leaf().getNotBefore().toInstant();
        assertThat(ProvenTime.verify(at(end), NONCE, trust)).isEqualTo(end);
        assertThat(ProvenTime.verify(at(begin), NONCE, trust)).isEqualTo(begin);
        for (Instant beyond :
                List.of(end.plusSeconds(1), begin.minusSeconds(1), Instant.EPOCH, Instant.MAX)) {
            refuses(at(beyond), NONCE, "not signed by a server of the pinned root");
        }
    }

    @Test
    void comesWithReadableCertificatesThatLeadToTheRoot() throws Exception {
        String statement = SignedTime.statement(clock.instant(), NONCE);
        SignedTime good = signed(statement, server);
        for (List<byte[]> chain :
                List.of(
                        List.of(new byte[0]),
                        List.of("no certificate".getBytes(UTF_8)),
                        List.of(server.leaf().getEncoded()),
                        List.of(server.leaf().getEncoded(), server.leaf().getEncoded()),
                        List.of(server.leaf().getEncoded(), new byte[] {0x30, 0x00}))) {
            refuses(
                    SignedTime.of(statement, good.signature(), chain),
                    NONCE,
                    "not signed by a server of the pinned root");
        }
    }

    /** Signed well, and of another purpose or form. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "7",
                "[]",
                "{",
                "{}",
                "{\"purpose\":\"breakwater-time\",\"nonce\":\"%s\"}",
                "{\"purpose\":\"breakwater-time\",\"nonce\":\"%s\",\"time\":\"soon\"}",
                "{\"purpose\":\"breakwater-time\",\"nonce\":\"%s\",\"time\":7}",
                "{\"purpose\":\"something\",\"nonce\":\"%s\",\"time\":\"2026-11-27T00:00:00Z\"}"
            })
    void isAStatementAboutTheTime(String statement) throws Exception {
        SignedTime told = signed(statement.formatted(NONCE), server);
        assertThatThrownBy(() -> ProvenTime.verify(told, NONCE, trust))
                .isInstanceOf(CertificateRefused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "null",
                "[]",
                "{}",
                "{\"statement\":\"{}\",\"signature\":\"\",\"chain\":[]}",
                "{\"statement\":\"{}\",\"signature\":\"\",\"chain\":[\"%%\"]}",
                "{\"statement\":\"{}\",\"signature\":\"%%\",\"chain\":[\"MAA=\"]}",
                "{\"statement\":\"{}\",\"signature\":7,\"chain\":[\"MAA=\"]}",
                "{\"statement\":7,\"signature\":\"\",\"chain\":[\"MAA=\"]}",
                "{\"statement\":\"{}\",\"signature\":\"\",\"chain\":[7]}",
                "{\"signature\":\"\",\"chain\":[\"MAA=\"]}"
            })
    void isNotReadOutOfGarbage(String garbage) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignedTime.parse(garbage.getBytes(UTF_8)));
    }

    @Test
    void isNotReadBeyondItsLimits() {
        String nine = String.join(",", Collections.nCopies(9, "\"MAA=\""));
        String many = "{\"statement\":\"{}\",\"signature\":\"\",\"chain\":[" + nine + "]}";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignedTime.parse(many.getBytes(UTF_8)))
                .withMessageContaining("9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignedTime.parse(new byte[SignedTime.BYTES_MAX + 1]))
                .withMessageContaining("bytes");
    }

    private SignedTime at(Instant time) throws GeneralSecurityException {
        return signed(SignedTime.statement(time, NONCE), server);
    }

    private void refuses(SignedTime told, String nonce, String why) {
        assertThatThrownBy(() -> ProvenTime.verify(told, nonce, trust))
                .isInstanceOf(CertificateRefused.class)
                .hasMessageContaining(why);
    }

    private static SignedTime signed(String statement, TestIdentity signer)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signer.keys().getPrivate());
        signature.update(statement.getBytes(UTF_8));
        return SignedTime.of(statement, signature.sign(), ders(signer.chain()));
    }

    private static List<byte[]> ders(List<X509Certificate> chain) throws GeneralSecurityException {
        List<byte[]> ders = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            ders.add(certificate.getEncoded());
        }
        return ders;
    }
}
