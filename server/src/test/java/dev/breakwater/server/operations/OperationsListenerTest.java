/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.RecordingAuditLog;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.quota.ConnectionFacts;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.quota.QuotaTerms;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
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
import java.util.Map;
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
    private final RecordingAuditLog audited = new RecordingAuditLog();
    private final Bans bans =
            new Bans(
                    Limits.with(Map.of(Limit.BAN_POINTS, 10)),
                    Moment.Source.of(Clock.systemUTC()),
                    audited,
                    meters,
                    List.of());
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
        listener = OperationsListener.start("127.0.0.1", 0, List.of(store), meters, quotas, bans);
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
    void listsTheBansInForceAndLiftsThem() throws Exception {
        Refusals refusals = new Refusals(audited, meters, Clock.systemUTC(), 1, bans::count);
        for (int i = 0; i < 3; i++) {
            refusals.record(
                    new Refusal(
                            RefusalReason.ENROLLMENT_CODE_UNKNOWN,
                            "est",
                            Optional.empty(),
                            new Actor.Unproven("2001:db8:1:2::9"),
                            Map.of()));
        }
        assertThat(ask("GET /bans", "localhost"))
                .startsWith("HTTP/1.1 200")
                .contains("\"network\":\"2001:db8:1:2::/64\"")
                .contains("\"reason\":\"enrollment-code-unknown\"")
                .contains("\"count\":1");

        assertThat(ask("DELETE /bans/2001:db8:1:3::%2F64", "localhost")).startsWith("HTTP/1.1 404");
        assertThat(ask("DELETE /bans/nobody", "localhost")).startsWith("HTTP/1.1 404");
        assertThat(ask("DELETE /bans/2001:db8:1:2::%2F64", "evil.example"))
                .startsWith("HTTP/1.1 421");
        assertThat(ask("DELETE /bans/2001:db8:1:2::%2F64", "localhost"))
                .startsWith("HTTP/1.1 200")
                .contains("2001:db8:1:2::/64");
        assertThat(ask("GET /bans", "localhost")).endsWith("{\"bans\":[]}");
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
        assertThatThrownBy(() ->
                                OperationsListener.start(
                                        "0.0.0.0", 0, List.of(), meters, quotas, bans))
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
                                        "127.0.0.1", port, List.of(), meters, quotas, bans))
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
