/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceRequests;
import dev.breakwater.protocol.message.SignedTime;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What time it is, for devices that have no clock, over real TLS. */
final class SignedTimeTest {

    private static final String NONCE = "aZ_-".repeat(11).substring(1);

    @TempDir Path directory;
    private EnrollmentWorld world;
    private SetupScene scene;

    @BeforeEach
    void open() throws Exception {
        world = new EnrollmentWorld(directory);
        scene = new SetupScene(world);
    }

    @AfterEach
    void close() {
        scene.close();
        world.close();
    }

    @Test
    void isTheAuthoritysWordAboutTheServersCertificateForThisNonce() throws Exception {
        SignedTime first = told();
        Instant before = world.clock.instant();
        world.clock.advance(Duration.ofMinutes(5));
        SignedTime second = told();

        assertThat(said(first).getProducedAt().toInstant())
                .isEqualTo(before.truncatedTo(ChronoUnit.SECONDS));
        assertThat(said(second).getProducedAt().toInstant())
                .isEqualTo(before.plus(Duration.ofMinutes(5)).truncatedTo(ChronoUnit.SECONDS));
        X509Certificate server = certificate(first.chain().getFirst());
        X509Certificate authority = certificate(first.chain().get(1));
        server.verify(authority.getPublicKey());
        authority.verify(scene.serverRoot().getPublicKey());
        SingleResp about = said(first).getResponses()[0];
        assertThat(about.getCertID().getSerialNumber()).isEqualTo(server.getSerialNumber());
        assertThat(about.getCertStatus()).isEqualTo(CertificateStatus.GOOD);
        assertThat(
                        said(first)
                                .isSignatureValid(
                                        new JcaContentVerifierProviderBuilder()
                                                .build(authority.getPublicKey())))
                .isTrue();
        assertThat(world.hasNoMoreRefusals()).isTrue();
    }

    @Test
    void isToldToNobodyWhoDoesNotAskWell() throws Exception {
        for (String query :
                List.of(
                        "",
                        "?",
                        "?nonce",
                        "?nonce=",
                        "?nonce=" + NONCE + "A",
                        "?nonce=" + NONCE.substring(1),
                        "?nonce=" + NONCE.substring(1) + "%22",
                        "?nonce=" + NONCE.substring(1) + "%0A",
                        "?Nonce=" + NONCE)) {
            double before = world.refused(RefusalReason.TIME_NONCE_REFUSED);
            Raw answer = ask("GET", query);
            assertThat(answer.status()).as(query).isEqualTo(400);
            assertThat(answer.body())
                    .isEqualTo(RefusalReason.TIME_NONCE_REFUSED.clientText() + "\n");
            assertThat(world.newestRefusal().details())
                    .containsEntry("reason", RefusalReason.TIME_NONCE_REFUSED.code())
                    .containsEntry("source", "127.0.0.1");
            assertThat(world.refused(RefusalReason.TIME_NONCE_REFUSED)).isEqualTo(before + 1);
        }
        Raw posted = ask("POST", "?nonce=" + NONCE);
        assertThat(posted.status()).isEqualTo(405);
        assertThat(posted.head()).contains("Allow: GET\r\n");
    }

    @Test
    void isToldToEachSourceSoOftenOnly() throws Exception {
        close();
        world =
                new EnrollmentWorld(
                        Files.createDirectory(directory.resolve("slow")),
                        Limits.with(Map.of(Limit.UNPROVEN_QUESTIONS_PER_SECOND_PER_SOURCE, 1)));
        scene = new SetupScene(world);

        Raw answer = ask("GET", "?nonce=" + NONCE);
        int admitted = 0;
        while (answer.status() == 200 && admitted < 1_000) {
            admitted++;
            answer = ask("GET", "?nonce=" + NONCE);
        }

        assertThat(admitted).isBetween(10, 999);
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.head()).contains("Retry-After: ");
        assertThat(world.newestRefusal().details())
                .containsEntry("reason", RefusalReason.TOO_MANY_REQUESTS.code())
                .containsEntry("source", "127.0.0.1");
        assertThat(world.refused(RefusalReason.TOO_MANY_REQUESTS)).isEqualTo(1);
        // Receipts are counted with them.
        assertThat(
                        scene.raw(
                                        "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
                                                .formatted(DeviceRequests.ERASURE_RECEIPTS))
                                .status())
                .isEqualTo(429);
    }

    private SignedTime told() throws Exception {
        Raw answer = ask("GET", "?nonce=" + NONCE);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.head()).contains("Content-Type: application/json\r\n");
        return SignedTime.parse(answer.body().getBytes(UTF_8));
    }

    private Raw ask(String method, String query) throws Exception {
        return scene.raw(
                "%s %s%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                        .formatted(method, DeviceRequests.TIME, query));
    }

    /** What the authority says, which repeats the nonce. */
    private static BasicOCSPResp said(SignedTime told) throws Exception {
        BasicOCSPResp said = (BasicOCSPResp) new OCSPResp(told.status()).getResponseObject();
        byte[] nonce =
                ASN1OctetString.getInstance(
                                said.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce)
                                        .getParsedValue())
                        .getOctets();
        assertThat(nonce).isEqualTo(SignedTime.nonceBytes(NONCE));
        return said;
    }

    private static X509Certificate certificate(byte[] der) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der));
    }
}
