/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A real HTTPS server that answers what it was told to, in order, and remembers what it was asked:
 * for answers that the real API gives only on a bad day.
 */
public final class ScriptedServer implements AutoCloseable {

    /** One answer; {@code status} 0 closes the connection without one. */
    public record Answer(int status, Map<String, String> headers, String body) {
        /** With a JSON body. */
        public static Answer json(int status, String body) {
            return new Answer(status, Map.of("Content-Type", "application/json"), body);
        }

        /** None at all. */
        public static Answer closed() {
            return new Answer(0, Map.of(), "");
        }
    }

    /** One request as it arrived. */
    public record Asked(String line, Map<String, String> headers, String body) {}

    private static final char[] PASSWORD = "in-memory".toCharArray();

    private final TestPki pki = TestPki.create(TestClock.atPresent());
    private final Queue<Answer> answers = new ArrayDeque<>();
    private final List<Asked> asked = new ArrayList<>();
    private final HttpsServer server;

    /** Starts a server whose certificate carries these names. */
    public ScriptedServer(String... names) throws IOException, GeneralSecurityException {
        TestIdentity leaf = pki.server(names);
        List<X509Certificate> chain =
                Stream.concat(leaf.chain().stream(), Stream.of(pki.root())).toList();
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(new TestIdentity(leaf.keys(), chain).keyStore(PASSWORD), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", this::answer);
        server.start();
    }

    /** Puts these answers behind those it will give before. */
    public ScriptedServer willAnswer(Answer... next) {
        synchronized (answers) {
            answers.addAll(List.of(next));
        }
        return this;
    }

    /** What it was asked so far. */
    public List<Asked> asked() {
        synchronized (answers) {
            return List.copyOf(asked);
        }
    }

    /** Where it is. */
    public URI address() {
        return URI.create("https://localhost:" + server.getAddress().getPort());
    }

    /** By what it is known. */
    public Fingerprint root() {
        return Fingerprint.of(pki.root());
    }

    Fingerprint issuing() {
        return Fingerprint.of(pki.issuing());
    }

    /** Writes the root as a runtime's own trust store has it: without a password. */
    Path trustStore(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("root", pki.root());
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, null);
        }
        return file;
    }

    Profile profile() {
        return new Profile(address(), root(), "bwt_canary-secret");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Map<String, String> headers = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, all) -> headers.put(name, all.getFirst()));
            Answer answer;
            synchronized (answers) {
                asked.add(
                        new Asked(
                                exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                                headers,
                                body));
                answer = answers.remove();
            }
            if (answer.status() == 0) {
                return;
            }
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
