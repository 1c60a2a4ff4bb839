/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTokenTest {

    private ApiServer server;
    private ApiClient administrator;
    private String beacons;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        administrator = server.administrator("Reef & Sons");
        beacons = product("Beacon", "low");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void makesADeviceWithATokenThatIsShownOnce() {
        Answer made = register(beacons, "{\"serial\":\"B-1\"}").has(201);
        String secret = made.text("/secret");
        String device = made.text("/token/device");

        assertThat(secret).matches("bwd_[0-9a-f]{64}_[0-9a-f]{8}");
        assertThat(made.text("/token/expiresAt"))
                .isEqualTo(server.clock.instant().plus(Duration.ofDays(90)).toString());
        assertThat(administrator.get("/devices/" + device).text("/serial")).isEqualTo("B-1");
        Answer listed = administrator.get("/devices/" + device + "/tokens").has(200);
        assertThat(listed.json().path("items")).hasSize(1);
        assertThat(listed.body()).doesNotContain(secret, "secret");
        assertThat(administrator.get("/audit-entries").body())
                .contains("device.registered", "device-token.created")
                .doesNotContain(secret);
    }

    @Test
    void makesNoTokensForProductsThatPermitNone() {
        String tanks = product("Tank", "standard");
        Answer refused = register(tanks, "{\"serial\":\"B-1\"}").has(409);
        assertThat(refused.problem()).isEqualTo("not-possible-now");
        assertThat(refused.body()).contains("standard, permits no tokens");

        String device = register(beacons, "{\"serial\":\"B-2\"}").has(201).text("/token/device");
        administrator
                .send(
                        "PUT",
                        "/products/" + beacons + "/risk-profile",
                        ApiClient.JSON,
                        "{\"riskProfile\":\"critical\"}",
                        "If-Match: *")
                .has(200);
        administrator.post("/devices/" + device + "/tokens", "{}").has(409);
    }

    @Test
    void takesASerialOnce() {
        register(beacons, "{\"serial\":\"B-1\"}").has(201);
        assertThat(register(beacons, "{\"serial\":\"B-1\"}").has(409).problem())
                .isEqualTo("name-taken");
    }

    @Test
    void makesFurtherTokensForActiveDevicesOnly() {
        String device = register(beacons, "{\"serial\":\"B-1\"}").has(201).text("/token/device");
        String tokens = "/devices/" + device + "/tokens";
        Answer next = administrator.post(tokens, "{\"validitySeconds\":60}").has(201);
        assertThat(next.json().at("/token/generation").asInt()).isEqualTo(2);
        assertThat(next.text("/token/expiresAt"))
                .isEqualTo(server.clock.instant().plusSeconds(60).toString());
        // The first one never connected.
        assertThat(administrator.get(tokens).text("/items/1/status")).isEqualTo("revoked");
        administrator.post(tokens, "{\"validitySeconds\":7776001}").has(422);

        administrator.post("/devices/" + device + "/suspension", "{\"reason\":\"odd\"}").has(200);
        assertThat(administrator.post(tokens, "{}").has(409).body()).contains("not active");
    }

    @Test
    void listsTokensInPages() {
        String device = register(beacons, "{\"serial\":\"B-1\"}").has(201).text("/token/device");
        String tokens = "/devices/" + device + "/tokens";
        administrator.post(tokens, "{}").has(201);
        administrator.post(tokens, "{}").has(201);

        Answer first = administrator.get(tokens + "?limit=2").has(200);
        assertThat(generations(first)).containsExactly(3, 2);
        Answer second = administrator.get(tokens + "?limit=2&cursor=" + first.ok("nextCursor"));
        assertThat(generations(second)).containsExactly(1);
        assertThat(second.json().has("nextCursor")).isFalse();
    }

    private static List<Integer> generations(Answer page) {
        return page.json()
                .path("items")
                .valueStream()
                .map(token -> token.path("generation").asInt())
                .toList();
    }

    private Answer register(String product, String body) {
        return administrator.post("/products/" + product + "/devices", body);
    }

    private String product(String name, String profile) {
        return administrator
                .post(
                        "/products",
                        "{\"name\":\"%s\",\"riskProfile\":\"%s\"}".formatted(name, profile))
                .ok("id");
    }
}
