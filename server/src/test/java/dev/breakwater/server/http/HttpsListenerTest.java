/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.audit.RecordingAuditLog;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.tls.ClientCertificates;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TlsEngine.class)
final class HttpsListenerTest {

    private final TlsEngine engine;
    private final TestPki pki = TestPki.create(TestClock.atPresent());
    private final RecordingAuditLog audited = new RecordingAuditLog();
    private final Refusals refusals =
            new Refusals(audited, new SimpleMeterRegistry(), Clock.systemUTC(), 1_000);
    private final Bans bans =
            new Bans(
                    Limits.defaults(),
                    Moment.Source.of(Clock.systemUTC()),
                    audited,
                    new SimpleMeterRegistry(),
                    List.of());

    HttpsListenerTest(TlsEngine engine) {
        this.engine = engine;
    }

    @Test
    void servesHttp2OnlyWhereItIsAskedTo() throws Exception {
        for (HttpVersions versions : HttpVersions.values()) {
            try (HttpsListener listener = start(0, versions, new Answering(), Limits.defaults());
                    HttpClient client = client()) {
                assertThat(get(client, listener, "/").version())
                        .isEqualTo(
                                versions == HttpVersions.HTTP_1_1
                                        ? HttpClient.Version.HTTP_1_1
                                        : HttpClient.Version.HTTP_2);
            }
        }
    }

    @Test
    void answersADefectWithItsStatusAndNothingElse() throws Exception {
        try (HttpsListener listener =
                        start(0, HttpVersions.HTTP_1_1, new Answering(), Limits.defaults());
                HttpClient client = client()) {
            HttpResponse<String> answer = get(client, listener, "/defect");

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("status 500");
            assertThat(answer.headers().firstValue("Server")).isEmpty();
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Strict-Transport-Security"))
                    .contains("max-age=63072000; includeSubDomains");
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .contains("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
        }
    }

    /** What TLS refuses is recorded; who merely looks in is not. */
    @Test
    void recordsRefusedHandshakesAndNobodyWhoMerelyLeaves() throws Exception {
        try (HttpsListener listener =
                start(0, HttpVersions.HTTP_1_1, new Answering(), Limits.defaults())) {
            try (Socket passerBy = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
                passerBy.shutdownOutput();
                assertThat(passerBy.getInputStream().readAllBytes()).isEmpty();
            }
            try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
                stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
                stranger.getOutputStream().flush();

                assertThat(audited.next().details())
                        .containsEntry("reason", "tls-handshake-failed")
                        .containsEntry("source", "127.0.0.1");
            }
        }
        assertThat(audited.hasNoMore()).isTrue();
    }

    @Test
    void saysWhichPortIsInUse() {
        try (HttpsListener first =
                start(0, HttpVersions.HTTP_1_1, new Answering(), Limits.defaults())) {
            assertThatThrownBy(
                            () ->
                                    start(
                                            first.port(),
                                            HttpVersions.HTTP_1_1,
                                            new Answering(),
                                            Limits.defaults()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("port " + first.port());
        }
    }

    @Test
    void showsAnExchangedCertificateFromTheNextHandshakeOn() throws Exception {
        try (HttpsListener listener =
                start(0, HttpVersions.HTTP_1_1, new Answering(), Limits.defaults())) {
            TestIdentity next = pki.server("127.0.0.1");
            assertThat(shown(listener)).isNotEqualTo(next.leaf());

            listener.identify(new TlsIdentity(next.keys().getPrivate(), next.chain()));

            assertThat(shown(listener)).isEqualTo(next.leaf());
        }
    }

    @Test
    void refusesRequestsBeyondThoseInWork() throws Exception {
        Answering handler = new Answering();
        Limits eight = Limits.with(Map.of(Limit.HTTP_REQUESTS_IN_WORK, 8));
        try (HttpsListener listener = start(0, HttpVersions.HTTP_1_1, handler, eight);
                HttpClient client = client()) {
            CompletableFuture<?>[] waiting = new CompletableFuture<?>[8];
            for (int i = 0; i < waiting.length; i++) {
                waiting[i] =
                        client.sendAsync(
                                request(listener, "/wait"), HttpResponse.BodyHandlers.ofString());
            }
            assertThat(handler.arrived.await(20, TimeUnit.SECONDS)).isTrue();

            HttpResponse<String> refused = get(client, listener, "/");
            handler.go.countDown();
            CompletableFuture.allOf(waiting).get(20, TimeUnit.SECONDS);

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(get(client, listener, "/").statusCode()).isEqualTo(200);
        }
    }

    /** One stranger who sends slowly must not keep everybody else out. */
    @Test
    void leavesRoomForOthersHoweverManyRequestsOneSourceHasInWork() throws Exception {
        Answering handler = new Answering();
        Limits half =
                Limits.with(
                        Map.of(
                                Limit.HTTP_REQUESTS_IN_WORK, 16,
                                Limit.HTTP_REQUESTS_IN_WORK_PER_SOURCE, 8));
        try (HttpsListener listener = start(0, HttpVersions.HTTP_1_1, handler, half);
                HttpClient flooding = client();
                HttpClient other = client(InetAddress.ofLiteral("127.0.0.2"))) {
            CompletableFuture<?>[] waiting = new CompletableFuture<?>[8];
            for (int i = 0; i < waiting.length; i++) {
                waiting[i] =
                        flooding.sendAsync(
                                request(listener, "/wait"), HttpResponse.BodyHandlers.ofString());
            }
            assertThat(handler.arrived.await(20, TimeUnit.SECONDS)).isTrue();

            assertThat(get(flooding, listener, "/").statusCode()).isEqualTo(503);
            assertThat(get(other, listener, "/").statusCode()).isEqualTo(200);

            handler.go.countDown();
            CompletableFuture.allOf(waiting).get(20, TimeUnit.SECONDS);
            assertThat(get(flooding, listener, "/").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void answersWhatIsInWorkBeforeItCloses() throws Exception {
        Answering handler = new Answering();
        try (HttpsListener listener = start(0, HttpVersions.HTTP_1_1, handler, Limits.defaults());
                HttpClient client = client();
                ExecutorService stopping = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<?>[] waiting = new CompletableFuture<?>[8];
            for (int i = 0; i < waiting.length; i++) {
                waiting[i] =
                        client.sendAsync(
                                        request(listener, "/wait"),
                                        HttpResponse.BodyHandlers.ofString())
                                .thenAccept(
                                        answer -> assertThat(answer.statusCode()).isEqualTo(200));
            }
            assertThat(handler.arrived.await(20, TimeUnit.SECONDS)).isTrue();

            Future<?> closed = stopping.submit(listener::close);
            while (get(client, listener, "/").statusCode() != 503) {
                Thread.onSpinWait();
            }
            assertThat(closed.isDone()).isFalse();
            handler.go.countDown();
            CompletableFuture.allOf(waiting).get(20, TimeUnit.SECONDS);
            closed.get(20, TimeUnit.SECONDS);
        }
    }

    private X509Certificate shown(HttpsListener listener) throws Exception {
        try (HttpClient client = client()) {
            return (X509Certificate)
                    get(client, listener, "/").sslSession().orElseThrow().getPeerCertificates()[0];
        }
    }

    private HttpsListener start(int port, HttpVersions versions, Handler handler, Limits limits) {
        TestIdentity identity = pki.server("127.0.0.1");
        return HttpsListener.start(
                new HttpsListener.Settings(
                        "api",
                        "127.0.0.1",
                        port,
                        Audience.PEOPLE,
                        versions,
                        new TlsPolicy(engine, limits, Clock.systemUTC()),
                        ClientCertificates.NOT_ASKED),
                new TlsIdentity(identity.keys().getPrivate(), identity.chain()),
                handler,
                new StatusText(),
                new Guards(refusals, bans, limits));
    }

    private HttpClient client() throws Exception {
        return client(InetAddress.ofLiteral("127.0.0.1"));
    }

    private HttpClient client(InetAddress source) throws Exception {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("root", pki.root());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().localAddress(source).sslContext(context).build();
    }

    private static HttpResponse<String> get(HttpClient client, HttpsListener listener, String path)
            throws Exception {
        return client.send(request(listener, path), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(HttpsListener listener, String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + listener.port() + path))
                .build();
    }

    private static final class StatusText implements ErrorText {
        @Override
        public String contentType() {
            return "text/plain";
        }

        @Override
        public String body(int status) {
            return "status " + status;
        }
    }

    private static final class Answering extends Handler.Abstract {

        final CountDownLatch arrived = new CountDownLatch(8);
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            switch (Request.getPathInContext(request)) {
                case "/defect" -> throw new IllegalStateException("secret of the server");
                case "/wait" -> {
                    arrived.countDown();
                    go.await();
                }
                default -> response.setStatus(200);
            }
            callback.succeeded();
            return true;
        }
    }
}
