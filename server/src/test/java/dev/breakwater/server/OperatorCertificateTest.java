/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An authority that is not ours vouches for the API, and for nothing else. */
class OperatorCertificateTest {

    private static final ServerNames NAMES =
            new ServerNames(
                    List.of("iot.example", "localhost"),
                    List.of(InetAddress.ofLiteral("192.0.2.7")));

    @TempDir private Path directory;
    private final TestClock clock = TestClock.atPresent();
    private final TestPki foreign = TestPki.named("Public", clock);
    private Path certificateFile;
    private Path keyFile;

    @BeforeEach
    void name() {
        certificateFile = directory.resolve("chain.pem");
        keyFile = directory.resolve("key.pem");
    }

    @Test
    void takesAChainWithItsKey() throws Exception {
        TestIdentity identity = foreign.server("iot.example");
        write(identity);

        TlsIdentity read = certificate().read();

        assertThat(read.chain()).isEqualTo(identity.chain());
        assertThat(read.key()).isEqualTo(identity.keys().getPrivate());
    }

    @Test
    void takesANameByItsStarAndAnAddress() throws Exception {
        write(foreign.server("*.example"));
        assertThat(certificate().read().chain()).hasSize(2);
        write(foreign.server("192.0.2.7"));
        assertThat(certificate().read().chain()).hasSize(2);
    }

    @Test
    void refusesACertificateForOtherNames() throws Exception {
        for (String name : List.of("iot.example.org", "*.iot.example", "192.0.2.8")) {
            write(foreign.server(name));
            refuses("names none of the names of this server; it is for " + name);
        }
    }

    @Test
    void refusesAnotherKey() throws Exception {
        write(foreign.server("iot.example"));
        writeKey(TestKeys.p256().getPrivate());
        refuses("is not the key of");
        writeKey(TestKeys.rsa(2048).getPrivate());
        refuses("holds no key of the certificate's kind");
    }

    @Test
    void refusesAKeyThatOthersCanReadOrThatIsNoPkcs8() throws Exception {
        write(foreign.server("iot.example"));
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r-----"));
        refuses("can be read by others; run: chmod 0600");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
        for (String kind : List.of("EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY")) {
            Files.writeString(keyFile, pem(kind, new byte[] {1, 2, 3}));
            refuses("holds no unencrypted PKCS#8 key");
        }
        Files.writeString(keyFile, pem("PRIVATE KEY", new byte[] {1, 2, 3}));
        refuses("holds no key of the certificate's kind, or a broken one");
    }

    @Test
    void refusesWhatIsNotValidNow() throws Exception {
        write(foreign.server("iot.example"));
        clock.advance(Duration.ofDays(31));
        refuses("only");
        clock.advance(Duration.ofDays(-33));
        refuses("only");
    }

    @Test
    void refusesAChainThatIsOutOfOrderOrNoneAndAnAuthorityInItsPlace() throws Exception {
        TestIdentity identity = foreign.server("iot.example");
        write(identity);
        writeChain(List.of(foreign.issuing(), identity.leaf()));
        refuses("each signed by the next");
        Files.writeString(certificateFile, "no certificate");
        refuses(certificateFile.toString());
        writeChain(List.of(foreign.issuing(), foreign.root()));
        refuses("is not the key of");
        Files.delete(certificateFile);
        refuses("cannot be read");
    }

    @Test
    void goesOnWithTheOldOneUntilTheNewOneIsWhole() throws Exception {
        TestIdentity first = foreign.server("iot.example");
        write(first);
        List<TlsIdentity> shown = new ArrayList<>();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        OperatorCertificate certificate = certificate();
        try (OperatorCertificateRenewal renewal =
                new OperatorCertificateRenewal(
                        certificate, certificate.read(), shown::add, meters, clock)) {
            assertThat(renewal.look()).isFalse();
            assertThat(refusals(meters)).isZero();

            TestIdentity second = foreign.server("iot.example");
            writeChain(second.chain());
            assertThat(renewal.look()).isFalse();
            assertThat(shown).isEmpty();
            assertThat(refusals(meters)).isEqualTo(1);

            writeKey(second.keys().getPrivate());
            assertThat(renewal.look()).isTrue();
            assertThat(shown)
                    .singleElement()
                    .satisfies(one -> assertThat(one.chain()).isEqualTo(second.chain()));
            assertThat(renewal.look()).isFalse();
            assertThat(meters.get("breakwater.api.certificate.seconds.left").gauge().value())
                    .isEqualTo(
                            (double)
                                    Duration.between(
                                                    clock.instant(),
                                                    second.leaf().getNotAfter().toInstant())
                                            .toSeconds());
        }
    }

    @Test
    void isShownToPeopleAndNotToDevices() throws Exception {
        write(foreign.server("localhost"));
        try (RunningServer server = ServerAssembly.start(configuration(), clock)) {
            assertThat(shown(server.listeners().api(), foreign.root()))
                    .hasSize(2)
                    .endsWith(foreign.issuing());
            assertThat(shown(server.listeners().enrollment(), server.root())).hasSize(3);
            assertThat(shown(server.listeners().channel(), server.root())).hasSize(2);
            assertThatThrownBy(() -> shown(server.listeners().api(), server.root()))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void keepsTheServerFromStartingIfItCannotBeUsed() throws Exception {
        write(foreign.server("elsewhere.example"));
        assertThatThrownBy(() -> ServerAssembly.start(configuration(), clock))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("the API's certificate cannot be used")
                .hasMessageContaining("elsewhere.example");
    }

    private ServerConfiguration configuration() {
        ServerConfiguration usual =
                ServerConfiguration.withDefaults(
                        directory.resolve("data"),
                        directory.resolve("sealing.key"),
                        NAMES,
                        Listeners.LOOPBACK_ANY);
        return new ServerConfiguration(
                usual.dataDirectory(),
                usual.names(),
                usual.sealingKey(),
                usual.caKeys(),
                usual.database(),
                usual.listeners(),
                usual.tlsEngine(),
                usual.deviceCertificateLife(),
                usual.limits(),
                usual.neverBanned(),
                usual.proxies(),
                Optional.of(new CertificateFiles(certificateFile, keyFile)),
                usual.oidc(),
                Optional.empty());
    }

    private static Certificate[] shown(int port, X509Certificate trusted) throws Exception {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("root", trusted);
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout(20_000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates();
        }
    }

    private static double refusals(SimpleMeterRegistry meters) {
        return meters.counter("breakwater.api.certificate.refused").count();
    }

    private void refuses(String why) {
        assertThatThrownBy(() -> certificate().read())
                .isInstanceOf(CertificateUnusable.class)
                .hasMessageContaining(why);
    }

    private OperatorCertificate certificate() {
        return new OperatorCertificate(
                new CertificateFiles(certificateFile, keyFile), NAMES, clock);
    }

    private void write(TestIdentity identity) throws Exception {
        writeChain(identity.chain());
        writeKey(identity.keys().getPrivate());
    }

    private void writeChain(List<X509Certificate> chain) throws Exception {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : chain) {
            text.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        Files.writeString(certificateFile, text);
    }

    private void writeKey(PrivateKey key) throws IOException {
        Files.deleteIfExists(keyFile);
        Files.createFile(
                keyFile,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()));
    }

    private static String pem(String kind, byte[] der) {
        Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(kind, lines.encodeToString(der), kind);
    }
}
