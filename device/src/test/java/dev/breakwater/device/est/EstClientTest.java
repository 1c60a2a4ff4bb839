/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.est;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.identity.CertificateRefused;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the client takes each answer; RFC 7030 section 4, RFC 8951. */
@Timeout(60)
class EstClientTest {

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");
    private static final EnrollmentCode CODE = new EnrollmentCode("code-1234");
    private static final String CERTS_ONLY = "application/pkcs7-mime; smime-type=certs-only";

    private final TestPki pki = TestPki.create(Clock.systemUTC());
    private final TestIdentity issued = pki.device(DeviceId.fresh(), SERIAL);
    private final DeviceKey key =
            new DeviceKey("key-1", issued.keys().getPublic(), issued.keys().getPrivate());
    private final RootFingerprint pin = RootFingerprint.of(pki.root());
    private ServerTrust trust;

    @BeforeEach
    void pinRoot() throws Exception {
        trust = ServerTrust.pinned(pin, List.of(pki.root(), pki.issuing()));
    }

    @Test
    void findsThePinnedRootAmongTheServersCertificates() throws Exception {
        Answer answer = Answer.certificates(pki.issuing(), pki.root());
        assertThat(fetchTrust(answer, pin).root()).isEqualTo(pki.root());
        assertThatThrownBy(() -> fetchTrust(Answer.certificates(pki.issuing()), pin))
                .isInstanceOf(CertificateRefused.class);
    }

    /** RFC 8951 section 3.1: line breaks, spaces and tabs are tolerated, or no breaks at all. */
    @Test
    void toleratesWhiteSpaceInBase64AndNothingElse() throws Exception {
        String body = ScriptedEstPeer.certsOnly(issued.leaf());
        for (String variant :
                new String[] {
                    body.replace("\n", ""), body.replace("\n", "\r\n"), " \t" + body + "\r\n",
                }) {
            assertThat(enroll(new Answer(200, Map.of("Content-Type", CERTS_ONLY), variant)))
                    .isInstanceOf(EnrollmentOutcome.Issued.class);
        }
        assertThatThrownBy(
                        () ->
                                enroll(
                                        new Answer(
                                                200,
                                                Map.of("Content-Type", CERTS_ONLY),
                                                "-----BEGIN PKCS7-----\n" + body)))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // Nothing.
                "AAAA", // Not ASN.1.
                "MAA=", // An empty sequence.
                "MAsGCSqGSIb3DQEHAg==", // SignedData without its content.
                "####"
            })
    void refusesAnswersThatAreNotCertsOnly(String body) {
        assertThatThrownBy(() -> enroll(new Answer(200, Map.of("Content-Type", CERTS_ONLY), body)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesAnswersOfAnotherMediaType() {
        String body = ScriptedEstPeer.certsOnly(issued.leaf());
        assertThatThrownBy(() -> enroll(new Answer(200, Map.of("Content-Type", "text/html"), body)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not application/pkcs7-mime");
    }

    @Test
    void refusesAnswersOver64Kibibytes() {
        String body = " ".repeat(64 * 1024) + ScriptedEstPeer.certsOnly(issued.leaf());
        assertThatThrownBy(() -> enroll(new Answer(200, Map.of("Content-Type", CERTS_ONLY), body)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesMoreCertificatesThanItAskedFor() throws Exception {
        assertThat(enroll(Answer.certificates(issued.leaf(), pki.issuing())))
                .isEqualTo(
                        new EnrollmentOutcome.Refused(
                                "the server sent 2 certificates in answer to one request", true));
    }

    @Test
    void doesNotFollowRedirects() {
        assertThatThrownBy(
                        () ->
                                enroll(
                                        new Answer(
                                                307,
                                                Map.of("Location", "https://127.0.0.1:1/"),
                                                "")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("307");
    }

    @ParameterizedTest
    @CsvSource({"400", "401", "403", "404", "409", "413", "415", "422"})
    void takesRefusalsForRefusals(int status) throws Exception {
        EnrollmentOutcome outcome = enroll(Answer.text(status, "no\u0007\r\nfake log line"));
        assertThat(outcome)
                .isEqualTo(
                        new EnrollmentOutcome.Refused(
                                "the server answered %d: no fake log line".formatted(status),
                                status == 400));
    }

    @ParameterizedTest
    @CsvSource({"500", "502", "504", "302"})
    void takesFailuresOfTheServerForNoAnswer(int status) {
        assertThatThrownBy(() -> enroll(Answer.text(status, "oh"))).isInstanceOf(IOException.class);
    }

    @Test
    void waitsAsLongAsTheServerAsksWithinLimits() throws Exception {
        assertThat(enroll(new Answer(202, Map.of("Retry-After", "90"), "")))
                .isEqualTo(new EnrollmentOutcome.Pending(Duration.ofSeconds(90)));
        assertThat(enroll(new Answer(503, Map.of("Retry-After", "90"), "")))
                .isEqualTo(new EnrollmentOutcome.Busy(Duration.ofSeconds(90)));
        assertThat(enroll(new Answer(429, Map.of(), "")))
                .isEqualTo(new EnrollmentOutcome.Busy(Duration.ofMinutes(1)));
        assertThatThrownBy(() -> enroll(new Answer(202, Map.of(), "")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("without Retry-After");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0                              | PT1S",
                "120                            | PT2M",
                "999999999                      | PT1H",
                "99999999999999999999           | PT1H",
                "-5                             | PT1H",
                "soon                           | PT1H",
                "Sun, 22 Nov 2026 12:05:00 GMT  | PT5M",
                "Sun, 22 Nov 2026 11:00:00 GMT  | PT1S",
                "Mon, 22 Nov 2027 12:00:00 GMT  | PT1H"
            })
    void readsRetryAfterInBothForms(String header, Duration wait) {
        assertThat(RetryAfter.parse(header, Instant.parse("2026-11-22T12:00:00Z"))).isEqualTo(wait);
    }

    @Test
    void speaksToNoServerOfAnotherRoot() throws Exception {
        TestPki other = TestPki.create(Clock.systemUTC());
        try (ScriptedEstPeer peer =
                ScriptedEstPeer.listen(
                        other.server("127.0.0.1"),
                        other.root(),
                        question -> Answer.certificates(issued.leaf()))) {
            assertThatThrownBy(() -> client(peer).enroll(trust, SERIAL, CODE, key))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("certificate");
        }
    }

    @Test
    void codesDoNotShowThemselves() {
        assertThat(CODE.toString()).doesNotContain("1234");
        for (String malformed : new String[] {"short", "with:colon", "with space", "x\r\ny12345"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new EnrollmentCode(malformed))
                    .withMessageNotContaining(malformed);
        }
    }

    private ServerTrust fetchTrust(Answer answer, RootFingerprint expected) throws Exception {
        try (ScriptedEstPeer peer = answering(answer)) {
            return client(peer).fetchTrust(expected);
        }
    }

    private EnrollmentOutcome enroll(Answer answer) throws Exception {
        try (ScriptedEstPeer peer = answering(answer)) {
            return client(peer).enroll(trust, SERIAL, CODE, key);
        }
    }

    private ScriptedEstPeer answering(Answer answer) throws IOException {
        return ScriptedEstPeer.listen(pki.server("127.0.0.1"), pki.root(), question -> answer);
    }

    private static EstClient client(ScriptedEstPeer peer) {
        return new EstClient("127.0.0.1", peer.port(), Clock.systemUTC());
    }
}
