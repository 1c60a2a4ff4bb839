/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.quota.ConnectionFacts;
import dev.breakwater.server.quota.DeviceUsage;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.quota.QuotaTerms;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.TlsFacts;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator states about quotas, and what they see of a device's use. */
class QuotaTest {

    private ApiServer server;
    private ApiClient administrator;
    private DeviceId device;
    private String product;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        administrator = server.administrator("Reef & Sons");
        device = server.device(administrator, "A-1");
        product = "/products/" + administrator.get("/products").text("/items/0/id") + "/quota";
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void givesTheServersLimitsToAProductThatStatesNothing() {
        Answer quota = administrator.get(product).has(200);
        assertThat(quota.json().path("stated")).isEmpty();
        assertThat(quota.json().at("/inForce/publishesPerSecond").asInt()).isEqualTo(100);
        assertThat(quota.json().at("/inForce/bytesPerSecond").asInt()).isEqualTo(524_288);
        assertThat(quota.json().at("/inForce/connectsPerSecond").asInt()).isEqualTo(1);
        assertThat(quota.json().at("/inForce/payloadBytes").asInt()).isEqualTo(131_072);
        assertThat(quota.json().at("/inForce/subscriptions").asInt()).isEqualTo(50);
        assertThat(quota.json().at("/inForce/inflight").asInt()).isEqualTo(100);
    }

    @Test
    void replacesQuotasIfNobodyElseDidBefore() {
        String tag = administrator.get(product).header("ETag");
        replace("{\"publishesPerSecond\":5}").has(428);
        Answer replaced = replace("{\"publishesPerSecond\":5}", "If-Match: " + tag).has(200);
        assertThat(replaced.json().path("stated").toString())
                .isEqualTo("{\"publishesPerSecond\":5}");
        assertThat(replaced.json().at("/inForce/publishesPerSecond").asInt()).isEqualTo(5);
        assertThat(replaced.header("ETag")).isNotEqualTo(tag);
        replace("{\"inflight\":5}", "If-Match: " + tag).has(412);

        // What is left out is stated no more.
        Answer again = replace("{\"inflight\":5}", "If-Match: *").has(200);
        assertThat(again.json().path("stated").toString()).isEqualTo("{\"inflight\":5}");
        assertThat(administrator.get("/audit-entries").text("/items/0/action"))
                .isEqualTo("product.quota-changed");
    }

    @Test
    void refusesWhatTheOperatorOfTheServerDoesNotAllow() {
        Answer refused = replace("{\"publishesPerSecond\":1001}", "If-Match: *").has(422);
        assertThat(refused.text("/errors/0/pointer")).isEqualTo("/publishesPerSecond");
        assertThat(refused.text("/errors/0/detail")).contains("1000");
        replace("{\"publishesPerSecond\":0}", "If-Match: *").has(422);
        replace("{\"publishesPerSecond\":1.5}", "If-Match: *").has(422);
        assertThat(administrator.get(product).json().path("stated")).isEmpty();
    }

    @Test
    void showsHowADeviceIsConnectedAndWhatItUses() {
        Answer absent = channel();
        assertThat(absent.json().path("connected").asBoolean()).isFalse();
        assertThat(absent.json().has("connection")).isFalse();

        QuotaTerms terms = server.quotas.terms(QuotaProfile.UNSTATED);
        DeviceUsage usage = server.quotas.usage(device);
        usage.connected(
                new ConnectionFacts(
                        server.clock.instant(),
                        "192.0.2.7",
                        "websocket",
                        "5.0",
                        new TlsFacts(
                                "TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519MLKEM768", false)));
        for (int packet = 0; packet < 201; packet++) {
            usage.spend(terms, QuotaTerms.PACKET, 60, server.quotas.now());
        }
        server.quotas.noteRefused(device, RefusalReason.TOPIC_REFUSED);

        Answer shown = channel();
        assertThat(shown.json().path("connected").asBoolean()).isTrue();
        assertThat(shown.text("/connection/source")).isEqualTo("192.0.2.7");
        assertThat(shown.text("/connection/transport")).isEqualTo("websocket");
        assertThat(shown.text("/connection/keyExchange")).isEqualTo("X25519MLKEM768");
        assertThat(shown.json().at("/connection/packetsPerSecond").asDouble()).isPositive();
        assertThat(shown.json().at("/quota/publishesPerSecond").asInt()).isEqualTo(100);
        assertThat(shown.text("/slowedSince")).isEqualTo(server.clock.instant().toString());
        assertThat(shown.text("/slowedBy")).isEqualTo("publishes-per-second");
        assertThat(shown.json().path("slowed").asInt()).isEqualTo(1);
        assertThat(shown.text("/lastRefusal/reason")).isEqualTo("topic-refused");
    }

    @Test
    void showsUntilWhenADeviceHasToWait() {
        for (int connect = 0; connect < 10; connect++) {
            assertThat(server.quotas.connect(device, QuotaProfile.UNSTATED)).isEmpty();
        }
        assertThat(server.quotas.connect(device, QuotaProfile.UNSTATED)).isPresent();
        Answer shown = channel();
        assertThat(shown.json().path("turnedAway").asInt()).isEqualTo(1);
        assertThat(shown.text("/waitsUntil"))
                .isEqualTo(server.clock.instant().plusSeconds(2).toString());
    }

    private Answer channel() {
        return administrator.get("/devices/" + device + "/channel").has(200);
    }

    private Answer replace(String body, String... headers) {
        return administrator.send("PUT", product, "application/json", body, headers);
    }
}
