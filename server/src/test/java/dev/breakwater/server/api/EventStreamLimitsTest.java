/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.event.DeviceEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many streams there may be, what they may keep waiting, and how they end. */
@SuppressWarnings("NullAway.Init") // each test starts its server with limits of its own
class EventStreamLimitsTest {

    @TempDir private Path directory;
    private ApiServer server;
    private ApiClient owner;
    private OrganizationId organization;

    private void start(Map<Limit, Integer> changed) throws Exception {
        Map<Limit, Integer> limits = new HashMap<>(changed);
        limits.put(Limit.API_REQUESTS_PER_SECOND_PER_SOURCE, 1_000_000);
        limits.put(Limit.API_REQUESTS_PER_SECOND_PER_TOKEN, 1_000_000);
        limits.put(Limit.API_REQUESTS_PER_SECOND_PER_ORGANIZATION, 1_000_000);
        limits.put(Limit.REFUSALS_RECORDED_PER_SECOND, 10_000);
        server = new ApiServer(directory, Limits.with(limits));
        owner = server.administrator("Reef & Sons");
        organization = OrganizationId.parse(owner.organization());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void publish(int count) {
        DeviceId device = DeviceId.fresh();
        for (int i = 0; i < count; i++) {
            server.events.publish(organization, new DeviceEvent.StateChanged(device, i, i));
        }
    }

    private double refusals() {
        return server.meters
                .get("breakwater.refusals")
                .tags("where", "api", "reason", RefusalReason.QUOTA_EXCEEDED.code())
                .counter()
                .count();
    }

    @Test
    void refusesOneMoreOfACallerThanMayBeAndLetsAnotherIn() throws Exception {
        start(Map.of(Limit.EVENT_STREAMS_PER_CALLER, 2));
        ApiClient auditor = owner.role("auditor");
        try (EventReader first = owner.events("").begun();
                EventReader second = owner.events("").begun()) {
            Answer refused = owner.get("/events").has(409);
            assertThat(refused.problem()).isEqualTo("limit-reached");
            assertThat(refused.text("/detail")).contains("2 event streams");
            assertThat(refusals()).isOne();
            server.settle();
            assertThat(owner.get("/audit-entries?limit=5").body())
                    .contains("quota-exceeded")
                    .contains("event-streams-per-caller");
            auditor.get("/events").has(200);
            assertThat(first).isNotSameAs(second);
        }
    }

    @Test
    void refusesOneMoreOfAnOrganizationThanMayBeAndLetsAnotherIn() throws Exception {
        start(Map.of(Limit.EVENT_STREAMS_PER_ORGANIZATION, 1));
        ApiClient stranger = server.administrator("Stranger");
        try (EventReader first = owner.role("auditor").events("").begun()) {
            assertThat(owner.get("/events").has(409).text("/detail")).contains("organization");
            stranger.get("/events").has(200);
            assertThat(first.status()).isEqualTo(200);
        }
    }

    @Test
    void refusesOneMoreThanTheServerTakes() throws Exception {
        start(Map.of(Limit.EVENT_STREAMS, 1));
        ApiClient stranger = server.administrator("Stranger");
        try (EventReader first = owner.events("").begun()) {
            assertThat(stranger.get("/events").has(409).text("/detail")).contains("server");
            assertThat(first.status()).isEqualTo(200);
        }
    }

    @Test
    void doesNotCountAStreamAmongTheRequestsInWork() throws Exception {
        start(
                Map.of(
                        Limit.HTTP_REQUESTS_IN_WORK, 8,
                        Limit.HTTP_REQUESTS_IN_WORK_PER_SOURCE, 2,
                        Limit.EVENT_STREAMS_PER_CALLER, 20));
        List<EventReader> readers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            readers.add(owner.events("").begun());
        }
        owner.get("/devices").has(200);
        assertThat(server.events.listeners()).isEqualTo(12);
        readers.forEach(EventReader::close);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void outlivesTheTimesThatEndIdleConnections(boolean http2) throws Exception {
        start(Map.of(Limit.HTTP_IDLE_SECONDS, 1));
        ApiClient client = http2 ? owner.overHttp2() : owner;
        try (EventReader reader = client.events("").begun()) {
            // Each stands for half of the idle time.
            for (int i = 0; i < 5; i++) {
                assertThat(reader.any().name()).isEqualTo(":");
            }
            publish(1);
            reader.next("state");
        }
    }

    @Test
    void endsAtOnceWithItsToken() throws Exception {
        start(Map.of(Limit.EVENT_HEARTBEAT_SECONDS, 300));
        Answer token = owner.post("/tokens", "{\"name\":\"t\",\"role\":\"auditor\"}").has(201);
        try (EventReader reader = server.with(token.text("/secret")).events("").begun();
                EventReader bystander = owner.events("").begun()) {
            owner.delete("/tokens/" + token.text("/id")).has(204);
            publish(1);
            assertThat(reader.next("end").text("reason")).isEqualTo("credential-over");
            assertThat(reader.next().name()).isEqualTo("closed");
            bystander.next("state");
        }
        assertThat(
                        server.meters
                                .get("breakwater.events.streams.ended")
                                .tag("reason", "credential-over")
                                .counter()
                                .count())
                .isOne();
    }

    @Test
    void endsAtOnceWithItsMember() throws Exception {
        start(Map.of(Limit.EVENT_HEARTBEAT_SECONDS, 300));
        String member = server.member(owner, "pat@reef.example", "operator");
        ApiClient pat = server.with(server.logIn("pat@reef.example").ok("accessToken"));
        try (EventReader reader = pat.events("").begun()) {
            owner.post("/members/" + member + "/disablement").has(200);
            publish(1);
            assertThat(reader.next("end").text("reason")).isEqualTo("credential-over");
        }
    }

    @Test
    void endsWithTheAccessTokenWithinAHeartbeat() throws Exception {
        start(Map.of(Limit.EVENT_HEARTBEAT_SECONDS, 1));
        server.member(owner, "pat@reef.example", "operator");
        ApiClient pat = server.with(server.logIn("pat@reef.example").ok("accessToken"));
        try (EventReader reader = pat.events("").begun()) {
            assertThat(reader.any().name()).isEqualTo(":");
            server.clock.advance(Duration.ofMinutes(11));
            assertThat(reader.next("end").text("reason")).isEqualTo("credential-over");
            assertThat(reader.next().name()).isEqualTo("closed");
        }
    }

    @Test
    void endsWhenTheServerStops() throws Exception {
        start(Map.of());
        try (EventReader reader = owner.events("").begun()) {
            server.close();
            assertThat(reader.next("end").text("reason")).isEqualTo("server-stopping");
        }
    }

    /** Over HTTP/1.1 nobody hears of it before the next heartbeats. */
    @Test
    void givesThePlaceBackAtOnceWhenAReaderOverHttp2Goes() throws Exception {
        start(Map.of(Limit.EVENT_STREAMS_PER_CALLER, 1, Limit.EVENT_HEARTBEAT_SECONDS, 300));
        owner.overHttp2().events("").begun().close();
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        int status;
        do {
            status = owner.get("/events").status();
        } while (status == 409 && System.nanoTime() - deadline < 0);
        assertThat(status).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsWhoIsTooSlowAndLetsThemComeBack(boolean http2) throws Exception {
        start(Map.of(Limit.EVENTS_KEPT_PER_ORGANIZATION, 16));
        ApiClient client = http2 ? owner.overHttp2() : owner;
        try (EventReader reader = client.events("")) {
            assertThat(reader.status()).isEqualTo(200);
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (server.events.listeners() > 0 && System.nanoTime() - deadline < 0) {
                publish(1_000);
            }
            assertThat(server.events.listeners()).isZero();
            reader.read();
            EventReader.Seen seen = reader.next();
            while (seen.name().equals("state")) {
                seen = reader.next();
            }
            assertThat(seen.name()).isEqualTo("reset");
            assertThat(seen.text("reason")).isEqualTo("too-slow");
            assertThat(reader.next().name()).isEqualTo("closed");
            try (EventReader again = client.events("", reader.resumption())) {
                assertThat(again.status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cutsOffWhoTakesNothing(boolean http2) throws Exception {
        start(
                Map.of(
                        Limit.EVENTS_KEPT_PER_ORGANIZATION, 65_536,
                        Limit.EVENT_STREAMS_PER_CALLER, 1,
                        Limit.HTTP_IDLE_SECONDS, 1));
        ApiClient client = http2 ? owner.overHttp2() : owner;
        try (EventReader idle = client.events("")) {
            assertThat(idle.status()).isEqualTo(200);
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            // More than sockets and windows hold; not faster than it can be written, or the stream
            // would be too slow instead.
            long publishAt = System.nanoTime();
            do {
                if (System.nanoTime() - publishAt >= 0) {
                    publish(60_000);
                    publishAt += Duration.ofSeconds(4).toNanos();
                }
            } while (owner.get("/events").status() != 200 && System.nanoTime() - deadline < 0);
            assertThat(System.nanoTime() - deadline).isNegative();
        }
        assertThat(
                        server.meters
                                .get("breakwater.events.streams.ended")
                                .tag("reason", "reader-gone")
                                .counter()
                                .count())
                .isPositive();
    }
}
