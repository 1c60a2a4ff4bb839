/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs nobody here wrote, as Debian ships them, enroll and renew. */
@Tag("system")
final class StockClientsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path directory;
    private EnrollmentWorld world;
    private EstListener listener;
    private Path serverRoot;

    @BeforeEach
    void listen() throws Exception {
        world =
                new EnrollmentWorld(
                        directory, Limits.with(Map.of(Limit.ENROLLMENT_RETRY_SECONDS, 1)));
        TestPki serverPki = TestPki.create(world.clock);
        listener = world.listen(serverPki);
        serverRoot = directory.resolve("server-root.pem");
        Files.writeString(serverRoot, TestKeys.pem("CERTIFICATE", serverPki.root().getEncoded()));
    }

    @AfterEach
    void close() {
        listener.close();
        world.close();
    }

    @Test
    void curlAndOpensslEnrollAndReenroll() throws Exception {
        assumeTrue(onPath("curl") && onPath("openssl"), "needs Debian packages curl and openssl");
        shell(
                """
                openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem \\
                    -subj /CN=dev-1 -outform DER | openssl base64 > csr.b64
                curl -fsS --cacert server-root.pem -u "dev-1:$CODE" -H 'Content-Type: application/pkcs10' \\
                    --data-binary @csr.b64 "$EST/simpleenroll" | openssl base64 -d -A \\
                    | openssl pkcs7 -inform DER -print_certs -out dev.pem
                curl -fsS --cacert server-root.pem "$EST/cacerts" | openssl base64 -d -A \\
                    | openssl pkcs7 -inform DER -print_certs -out ca.pem
                openssl verify -x509_strict -purpose sslclient -CAfile ca.pem dev.pem
                curl -fsS --cacert server-root.pem --cert dev.pem --key k.pem \\
                    -H 'Content-Type: application/pkcs10' --data-binary @csr.b64 "$EST/simplereenroll" \\
                    | openssl base64 -d -A | openssl pkcs7 -inform DER -print_certs -out next.pem
                """,
                world.codeFor("dev-1"));

        assertThat(admitted("next.pem").credential().generation()).isEqualTo(2);
    }

    @Test
    void strongswanEnrollsAndReenrolls() throws Exception {
        assumeTrue(onPath("pki"), "needs Debian package strongswan-pki");
        shell(
                """
                pki --estca --url "$SERVER" --cacert server-root.pem --caout ca --outform pem --force
                pki --gen --type ecdsa --size 256 --outform pem > k.pem
                pki --req --in k.pem --type ecdsa --dn CN=dev-1 --outform pem > req.pem
                pki --est --url "$SERVER" --in req.pem --cacert server-root.pem \\
                    --cacert ca.pem --cacert ca-1.pem \\
                    --userpass "dev-1:$CODE" --outform pem > dev.pem
                pki --est --url "$SERVER" --in req.pem --cacert server-root.pem \\
                    --cacert ca.pem --cacert ca-1.pem \\
                    --cert dev.pem --key k.pem --outform pem > next.pem
                """,
                world.codeFor("dev-1"));

        assertThat(admitted("next.pem").credential().generation()).isEqualTo(2);
    }

    @Test
    void strongswanAsksAgainUntilAnOperatorApproves() throws Exception {
        assumeTrue(onPath("pki"), "needs Debian package strongswan-pki");
        String code = world.code(true, 1, "dev-1").text().reveal();
        Process client =
                start(
                        """
                        pki --estca --url "$SERVER" --cacert server-root.pem --caout ca --outform pem --force
                        pki --gen --type ecdsa --size 256 --outform pem > k.pem
                        pki --req --in k.pem --type ecdsa --dn CN=dev-1 --outform pem > req.pem
                        pki --est --url "$SERVER" --in req.pem --cacert server-root.pem \\
                            --cacert ca.pem --cacert ca-1.pem \\
                            --userpass "dev-1:$CODE" --interval 1 --maxpolltime 50 --outform pem > dev.pem
                        """,
                        code);

        RedemptionId pending = awaitPending(client);
        world.approvals.approve(world.organization, pending, EnrollmentWorld.OPERATOR);

        await(client);
        assertThat(admitted("dev.pem").serial().text()).isEqualTo("dev-1");
    }

    /** Looks until the client's request has arrived; bounded by the client's own end. */
    private RedemptionId awaitPending(Process client) throws Exception {
        while (client.isAlive()) {
            Optional<WaitingEnrollment> pending =
                    world.approvals.pending(world.organization, Optional.empty(), 1).stream()
                            .findFirst();
            if (pending.isPresent()) {
                return pending.get().id();
            }
            client.waitFor(50, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("the client ended early: " + output(client));
    }

    private AuthenticatedDevice admitted(String file) throws Exception {
        try (InputStream pem = Files.newInputStream(directory.resolve(file))) {
            X509Certificate certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(pem);
            assertThat(world.registry.admit(certificate)).isInstanceOf(Admission.Admitted.class);
            return ((Admission.Admitted) world.registry.admit(certificate)).device();
        }
    }

    private void shell(String script, String code) throws Exception {
        await(start(script, code));
    }

    private Process start(String script, String code) throws Exception {
        String server = "https://localhost:" + listener.port();
        ProcessBuilder shell =
                new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("output").toFile());
        shell.environment()
                .putAll(
                        Map.of(
                                "CODE", code,
                                "SERVER", server,
                                "EST", server + "/.well-known/est"));
        return shell.start();
    }

    private void await(Process process) throws Exception {
        boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended && process.exitValue() == 0).as(() -> output(process)).isTrue();
    }

    private String output(Process process) {
        try {
            return process.info().command().orElse("")
                    + Files.readString(directory.resolve("output"), StandardCharsets.ISO_8859_1);
        } catch (IOException unread) {
            return "no output: " + unread.getMessage();
        }
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
