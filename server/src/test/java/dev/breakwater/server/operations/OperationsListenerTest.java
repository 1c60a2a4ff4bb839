/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.quota.ConnectionFacts;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.quota.QuotaTerms;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.session.TlsFacts;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperationsListenerTest {

    private final AtomicReference<Optional<String>> why = new AtomicReference<>(Optional.empty());
    private final PrometheusMeterRegistry meters =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Quotas quotas =
            new Quotas(Limits.defaults(), Moment.Source.of(Clock.systemUTC()));
    private OperationsListener listener;

    @BeforeEach
    void start() {
        Readiness store =
                new Readiness() {
                    @Override
                    public String name() {
                        return "store";
                    }

                    @Override
                    public Optional<String> why() {
                        return why.get();
                    }
                };
        listener = OperationsListener.start("127.0.0.1", 0, List.of(store), meters, quotas);
    }

    @AfterEach
    void stop() {
        listener.close();
    }

    @Test
    void saysThatItIsAlive() throws IOException {
        assertThat(ask("GET /livez", "localhost")).startsWith("HTTP/1.1 200").contains("alive");
    }

    @Test
    void isReadyWhileEverythingItNeedsIs() throws IOException {
        assertThat(ask("GET /readyz", "127.0.0.1:9090")).startsWith("HTTP/1.1 200");
        why.set(Optional.of("the disk is full"));
        assertThat(ask("GET /readyz", "127.0.0.1:9090"))
                .startsWith("HTTP/1.1 503")
                .contains("store: the disk is full");
    }

    @Test
    void showsTheMetrics() throws IOException {
        meters.counter("breakwater.refusals").increment();
        assertThat(ask("GET /metrics", "[::1]:9090")).contains("breakwater_refusals_total 1.0");
    }

    @Test
    void listsTheDevicesThatSendMost() throws IOException {
        DeviceId calm = DeviceId.fresh();
        DeviceId heavy = DeviceId.fresh();
        QuotaTerms terms = quotas.terms(QuotaProfile.UNSTATED);
        for (DeviceId device : List.of(calm, heavy)) {
            quotas.usage(device)
                    .connected(
                            new ConnectionFacts(
                                    Instant.EPOCH,
                                    "192.0.2.1",
                                    "mqtt",
                                    "5.0",
                                    new TlsFacts("TLSv1.3", "", "", /* resumed= */ false)));
        }
        quotas.usage(calm).spend(terms, QuotaTerms.PACKET, 100, quotas.now());
        quotas.usage(heavy).spend(terms, QuotaTerms.PACKET, 5_000, quotas.now());
        String answer = ask("GET /devices", "localhost");
        assertThat(answer).startsWith("HTTP/1.1 200").contains("\"bytesPerSecond\":");
        assertThat(answer.indexOf(heavy.toString()))
                .isPositive()
                .isLessThan(answer.indexOf(calm.toString()));
    }

    @Test
    void refusesAForeignHostName() throws IOException {
        assertThat(ask("GET /metrics", "evil.example")).startsWith("HTTP/1.1 421");
    }

    @Test
    void refusesEverythingButReading() throws IOException {
        assertThat(ask("DELETE /metrics", "localhost")).startsWith("HTTP/1.1 405");
        assertThat(ask("GET /metrics/", "localhost")).startsWith("HTTP/1.1 404");
    }

    @Test
    void refusesAnAddressThatOthersCanReach() {
        assertThatThrownBy(() -> OperationsListener.start("0.0.0.0", 0, List.of(), meters, quotas))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.0.0.0")
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    void namesThePortThatIsInUse() {
        int port = listener.port();
        assertThatThrownBy(
                        () ->
                                OperationsListener.start(
                                        "127.0.0.1", port, List.of(), meters, quotas))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(Integer.toString(port));
    }

    private String ask(String what, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            String request = what + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
