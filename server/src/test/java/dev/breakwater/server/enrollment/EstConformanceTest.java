/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static dev.breakwater.server.enrollment.EstRequests.PKCS10;
import static dev.breakwater.server.enrollment.EstRequests.base64;
import static dev.breakwater.server.enrollment.EstRequests.basic;
import static dev.breakwater.server.enrollment.EstRequests.get;
import static dev.breakwater.server.enrollment.EstRequests.head;
import static dev.breakwater.server.enrollment.EstRequests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.ca.ledger.SerialNumber;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.pki.TestRequests;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** One row per rule of RFC 7030 sections 3 and 4 and of RFC 8951, over real TLS, byte by byte. */
final class EstConformanceTest {

    private static final String SERIAL = "tank-1";
    private static final int IDLE_SECONDS = 2;

    /** As on 8443: a browser that is made to open 8884 must not do anything with it either. */
    private static final List<String> SECURITY_HEADERS =
            List.of(
                    "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n",
                    "X-Content-Type-Options: nosniff\r\n",
                    "Cache-Control: no-store\r\n",
                    "Content-Security-Policy: default-src 'none'; base-uri 'none';"
                            + " frame-ancestors 'none'\r\n",
                    "Cross-Origin-Resource-Policy: same-origin\r\n",
                    "Referrer-Policy: no-referrer\r\n");

    @TempDir Path directory;
    private EnrollmentWorld world;
    private TestPki serverPki;
    private EstListener listener;
    private RawHttps anonymous;
    private final KeyPair keys = TestKeys.p256();

    @BeforeEach
    void listen() throws Exception {
        world =
                new EnrollmentWorld(
                        directory,
                        Limits.with(
                                Map.of(
                                        Limit.HTTP_HEAD_SECONDS, IDLE_SECONDS,
                                        Limit.HTTP_BODY_SECONDS, IDLE_SECONDS)));
        serverPki = TestPki.create(world.clock);
        listener = world.listen(serverPki);
        anonymous = client(Optional.empty());
    }

    @AfterEach
    void close() {
        listener.close();
        world.close();
    }

    @TestFactory
    Stream<DynamicTest> answersAsTheRfcsSay() {
        String csr = base64(TestRequests.request(keys, SERIAL));
        String code = basic(SERIAL, world.codeFor(SERIAL));
        String pending = basic(SERIAL, world.code(true, 1, SERIAL).text().reveal());
        return Stream.of(
                        EstRule.ofPaths(csr),
                        EstRule.ofAuthentication(csr, basic(SERIAL, "wrong")),
                        EstRule.ofBodies(csr, code, pending),
                        EstRule.ofLimits(code))
                .flatMap(List::stream)
                .map(rule -> DynamicTest.dynamicTest(rule.rule(), () -> holds(rule)));
    }

    private void holds(EstRule rule) throws Exception {
        Raw answer = anonymous.exchange(rule.request());

        assertThat(answer.status()).isEqualTo(rule.status());
        assertThat(answer.statusLine()).startsWith("HTTP/1.1 ");
        assertThat(answer.head()).contains(rule.header()).doesNotContain("Server:", "Jetty");
        assertThat(answer.head()).contains("Content-Length: " + answer.body().length() + "\r\n");
        assertThat(answer.head()).contains(SECURITY_HEADERS);
        assertThat(answer.body()).doesNotContain("Exception", "org.eclipse", "jetty", "java.");
        if (rule.status() != 200) {
            assertThat(answer.head()).contains("Content-Type: text/plain;charset=utf-8");
            assertThat(answer.body()).isNotBlank().doesNotContainIgnoringCase("<html");
        }
    }

    @Test
    void putsSecurityHeadersOnAnAnswerThatNoHandlerGave() throws Exception {
        Raw answer = anonymous.exchange("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.head())
                .contains(SECURITY_HEADERS)
                .contains("Content-Type: text/plain;charset=utf-8");
    }

    /** Whoever is refused reads why, although nobody wanted the body, and may try again. */
    @Test
    void readsARefusedBodyToItsEnd() throws Exception {
        String refused = post("simpleenroll", "application/pkcs10", "", "A".repeat(600_000));
        String next = post("simplereenroll", "application/pkcs10", "", "");

        Raw both = anonymous.exchange(refused.replace("Connection: close\r\n", "") + next);

        assertThat(both.status()).isEqualTo(401);
        assertThat(both.body()).startsWith("Not authorized.\nHTTP/1.1 403 ");
    }

    @Test
    void givesIssuingAuthorityAndRootAsCacerts() throws Exception {
        Raw answer = anonymous.exchange(get("cacerts"));

        assertThat(certificates(answer.body()))
                .containsExactlyInAnyOrderElementsOf(world.authority.issuers());
        assertThat(answer.body()).doesNotContainAnyWhitespaces();
    }

    @Test
    void enrollsWithTheIssuedCertificateAlone() throws Exception {
        Raw answer =
                anonymous.exchange(
                        post(
                                "simpleenroll",
                                PKCS10,
                                basic(SERIAL, world.codeFor(SERIAL)),
                                base64(TestRequests.request(keys, SERIAL))));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head())
                .contains("Content-Type: application/pkcs7-mime; smime-type=certs-only\r\n");
        assertThat(certificates(answer.body()))
                .singleElement()
                .satisfies(
                        certificate ->
                                assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic()));
    }

    @Test
    void toleratesWhitespaceInsideBase64AndIgnoresTheTransferEncoding() throws Exception {
        String spaced =
                base64(TestRequests.request(keys, SERIAL)).replaceAll("(.{7})", "$1 \t\r\n");

        Raw answer =
                anonymous.exchange(
                        post(
                                "simpleenroll",
                                "Application/PKCS10; charset=x",
                                basic(SERIAL, world.codeFor(SERIAL))
                                        + "Content-Transfer-Encoding: binary\r\n",
                                spaced));

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void speaksTls13AndTls12ForOldStacks() throws Exception {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            assertThat(anonymous.exchange(get("cacerts"), protocol).status()).isEqualTo(200);
        }
        try (SSLSocket socket = anonymous.connect()) {
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void reenrollsOverMutualTlsUntilTheDeviceIsRevoked() throws Exception {
        TestIdentity device = enrolled();
        RawHttps mutual = client(Optional.of(device));
        String request =
                post("simplereenroll", PKCS10, "", base64(TestRequests.request(keys, SERIAL)));

        Raw answer = mutual.exchange(request);
        revoke();
        Raw afterwards = mutual.exchange(request);

        assertThat(answer.status()).isEqualTo(200);
        X509Certificate next = certificates(answer.body()).getFirst();
        assertThat(next.getSubjectX500Principal())
                .isEqualTo(device.leaf().getSubjectX500Principal());
        assertThat(SerialNumber.of(next.getSerialNumber()))
                .isNotEqualTo(SerialNumber.of(device.leaf().getSerialNumber()));
        assertThat(afterwards.status()).isEqualTo(403);
        assertThat(afterwards.body()).isEqualTo("Not authorized.\n");
        assertThat(world.refused(RefusalReason.DEVICE_REVOKED)).isEqualTo(1);
    }

    @Test
    void closesAConnectionThatTricklesItsHead() throws Exception {
        try (SSLSocket socket = anonymous.connect()) {
            socket.getOutputStream()
                    .write("GET /.well-known/est/cacerts HT".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();

            assertThat(socket.getInputStream().readAllBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .doesNotContain("200 OK");
        }
    }

    @Test
    void endsABodyThatDoesNotArrive() throws Exception {
        Raw answer =
                anonymous.exchange(
                        head("simpleenroll", PKCS10, basic(SERIAL, world.codeFor(SERIAL)))
                                + "Content-Length: 100\r\n\r\nAAAA");

        assertThat(answer.status()).isIn(400, 408);
    }

    private TestIdentity enrolled() {
        X509Certificate certificate =
                world.enroll(SERIAL, world.codeFor(SERIAL), TestRequests.request(keys, SERIAL));
        return new TestIdentity(keys, List.of(certificate));
    }

    private void revoke() {
        DeviceId id =
                world.devices
                        .device(world.organization, new DeviceSerial(SERIAL))
                        .orElseThrow()
                        .id();
        world.lifecycle.change(
                world.organization,
                id,
                DeviceStatus.REVOKED,
                "stolen",
                Optional.empty(),
                EnrollmentWorld.OPERATOR);
    }

    private RawHttps client(Optional<TestIdentity> identity) throws Exception {
        return new RawHttps(listener.port(), serverPki.root(), identity);
    }

    /** Read by the JDK, which did not write them. */
    private static List<X509Certificate> certificates(String body) throws Exception {
        byte[] der = Base64.getMimeDecoder().decode(body);
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(der))
                .forEach(certificate -> certificates.add((X509Certificate) certificate));
        return certificates;
    }
}
