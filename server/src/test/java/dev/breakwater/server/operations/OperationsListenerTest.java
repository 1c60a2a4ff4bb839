/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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
        listener = OperationsListener.start("127.0.0.1", 0, List.of(store), meters);
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
        assertThatThrownBy(() -> OperationsListener.start("0.0.0.0", 0, List.of(), meters))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.0.0.0")
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    void namesThePortThatIsInUse() {
        int port = listener.port();
        assertThatThrownBy(() -> OperationsListener.start("127.0.0.1", port, List.of(), meters))
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
