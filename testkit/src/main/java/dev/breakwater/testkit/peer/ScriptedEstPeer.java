/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.breakwater.protocol.DeviceRequests;
import dev.breakwater.protocol.message.SignedTime;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSSignedDataGenerator;

/**
 * An EST endpoint on 127.0.0.1 (RFC 7030) whose every answer the test states. Client certificates
 * are asked for and optional, as EST wants it.
 */
public final class ScriptedEstPeer implements AutoCloseable {

    /**
     * What a client asked.
     *
     * @param operation what follows {@code /.well-known/est/}
     * @param headers as they came, names in canonical case
     * @param body as it came
     * @param clientCertificate what it proved itself with, if it did
     */
    public record Question(
            String operation,
            Map<String, List<String>> headers,
            String body,
            Optional<X509Certificate> clientCertificate) {

        /** The request in the body, DER. */
        public byte[] request() {
            return Base64.getMimeDecoder().decode(body);
        }
    }

    /**
     * What the test answers.
     *
     * @param status of HTTP
     * @param headers names and values
     * @param body in ASCII
     */
    public record Answer(int status, Map<String, String> headers, String body) {

        /** Certificates, as 200 and certs-only. */
        public static Answer certificates(X509Certificate... certificates) {
            return new Answer(
                    200,
                    Map.of("Content-Type", "application/pkcs7-mime; smime-type=certs-only"),
                    certsOnly(certificates));
        }

        /** A status and a text. */
        public static Answer text(int status, String text) {
            return new Answer(status, Map.of("Content-Type", "text/plain"), text);
        }
    }

    /** The test's part. */
    @FunctionalInterface
    public interface Script {
        /** Answers one question; called by several threads. */
        Answer answer(Question question) throws Exception;
    }

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ScriptedEstPeer(PeerTls tls, Script script) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls.context()) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                        wanted.setWantClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                });
        server.setExecutor(threads);
        server.createContext("/.well-known/est/", exchange -> serve(exchange, script));
        server.createContext(DeviceRequests.ERASURE_RECEIPTS, exchange -> serve(exchange, script));
        server.start();
    }

    /** Listens on a free port of 127.0.0.1. */
    public static ScriptedEstPeer listen(
            TestIdentity server, X509Certificate clientIssuer, Script script) throws IOException {
        return new ScriptedEstPeer(new PeerTls(server, clientIssuer), script);
    }

    /** Listens as 127.0.0.1 in the name of a PKI, and proves what time it is by a clock. */
    public static ScriptedEstPeer listen(TestPki pki, InstantSource clock, Script script)
            throws IOException {
        TestIdentity server = pki.server("127.0.0.1");
        return listen(server, pki.issuing(), script).tellsTime(pki, server, clock);
    }

    /** Has everything below a path answered by a handler of the test's own. */
    public void serve(String path, HttpHandler handler) {
        var _ = server.createContext(path, handler);
    }

    /**
     * Has it prove what time it is, as a server of ours does; the client decides what that is
     * worth.
     *
     * @param certified is vouched for
     */
    public ScriptedEstPeer tellsTime(TestPki pki, TestIdentity certified, InstantSource clock) {
        serve(DeviceRequests.TIME, exchange -> tell(exchange, pki, certified, clock));
        return this;
    }

    private static void tell(
            HttpExchange exchange, TestPki pki, TestIdentity certified, InstantSource clock)
            throws IOException {
        try (exchange) {
            String nonce = exchange.getRequestURI().getQuery().substring("nonce=".length());
            List<byte[]> chain = new ArrayList<>();
            for (X509Certificate certificate : certified.chain()) {
                chain.add(certificate.getEncoded());
            }
            byte[] status =
                    pki.status(certified.leaf(), SignedTime.nonceBytes(nonce), clock.instant())
                            .der();
            byte[] body = SignedTime.of(status, chain).toJson().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (GeneralSecurityException impossible) {
            throw new IOException(impossible);
        }
    }

    /** The port. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void serve(HttpExchange exchange, Script script) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = script.answer(question((HttpsExchange) exchange));
            } catch (Exception fault) {
                answer = Answer.text(500, "the test's script failed: " + fault);
            }
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] body = answer.body().getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Question question(HttpsExchange exchange) throws IOException {
        Optional<X509Certificate> certificate;
        try {
            certificate =
                    Optional.of(
                            (X509Certificate) exchange.getSSLSession().getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException anonymous) {
            certificate = Optional.empty();
        }
        String path = exchange.getRequestURI().getPath();
        return new Question(
                path.substring(path.lastIndexOf('/') + 1),
                Map.copyOf(exchange.getRequestHeaders()),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII),
                certificate);
    }

    /** Base64 of a CMS SignedData with certificates and nothing else, wrapped at 64 columns. */
    public static String certsOnly(X509Certificate... certificates) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addCertificates(new JcaCertStore(List.of(certificates)));
            byte[] der = generator.generate(new CMSAbsentContent()).getEncoded();
            return Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n";
        } catch (Exception e) {
            throw new IllegalStateException("the certificates could not be written", e);
        }
    }
}
