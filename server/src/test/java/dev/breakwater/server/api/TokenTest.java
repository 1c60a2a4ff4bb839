/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.organization.OrganizationId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of an API token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenTest {

    private ApiServer server;
    private ApiClient administrator;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
    }

    @BeforeEach
    void makeOrganization() {
        administrator = server.administrator("Reef & Sons");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void showsASecretOnce() {
        Answer made = create("{\"name\":\"ci\",\"role\":\"operator\"}").has(201);
        assertThat(made.ok("secret")).matches("bwt_[0-9a-f-]{36}_[0-9a-f]{64}");
        Answer read = administrator.get("/tokens/" + made.ok("id")).has(200);
        assertThat(read.json().has("secret")).isFalse();
        assertThat(read.ok("role")).isEqualTo("operator");
        assertThat(administrator.get("/tokens").body()).doesNotContain(made.ok("secret"));
        assertThat(server.with(made.ok("secret")).get("/devices").status()).isEqualTo(200);
    }

    @Test
    void refusesATokenFromTheMomentItIsRevoked() {
        Answer made = create("{\"name\":\"ci\",\"role\":\"operator\"}");
        ApiClient machine = server.with(made.ok("secret"));
        machine.get("/devices").has(200);
        administrator.delete("/tokens/" + made.ok("id")).has(204);
        administrator.delete("/tokens/" + made.ok("id")).has(204);
        machine.get("/devices").has(401);
        assertThat(administrator.get("/tokens/" + made.ok("id")).ok("revokedAt")).isNotEmpty();
        assertThat(entries())
                .filteredOn(entry -> entry.action().equals("token.revoked"))
                .hasSize(1);
        assertRefused("token-revoked");
    }

    /** What was read of a token and a device is remembered, but for nobody else and no longer. */
    @Test
    void refusesTheVeryNextReadOfADeviceAfterEachChange() throws Exception {
        Answer made = create("{\"name\":\"ci\",\"role\":\"operator\"}");
        ApiClient machine = server.with(made.ok("secret"));
        OrganizationId organization = OrganizationId.parse(administrator.organization());
        String path = "/devices/" + server.device(administrator, "T-1");
        for (int i = 0; i < 3; i++) {
            machine.get(path).has(200);
        }
        server.administrator("Other").get(path).has(404);
        server.enable(organization, false);
        machine.get(path).has(401);
        server.enable(organization, true);
        machine.get(path).has(200);
        String good = made.ok("secret");
        server.with(good.substring(0, good.length() - 4) + "0000").get(path).has(401);
        administrator.delete("/tokens/" + made.ok("id")).has(204);
        machine.get(path).has(401);
        assertRefused("organization-disabled");
        assertRefused("token-revoked");
    }

    @Test
    void refusesATokenThatHasExpired() {
        Answer made = create("{\"name\":\"ci\",\"role\":\"operator\",\"lifeSeconds\":60}");
        ApiClient machine = server.with(made.ok("secret"));
        server.clock.advance(Duration.ofSeconds(59));
        machine.get("/devices").has(200);
        server.clock.advance(Duration.ofSeconds(1));
        machine.get("/devices").has(401);
        assertRefused("token-expired");
    }

    @Test
    void saysTheSameOfEveryBadToken() {
        Answer made = create("{\"name\":\"ci\",\"role\":\"operator\"}");
        administrator.delete("/tokens/" + made.ok("id")).has(204);
        String good = administrator.token();
        String otherSecret =
                good.substring(0, good.length() - 1) + (good.endsWith("0") ? "1" : "0");
        String unknown = good.replaceFirst("_[0-9a-f]{8}", "_00000000");
        String revoked = server.with(made.ok("secret")).get("/devices").has(401).body();
        assertThat(server.with(otherSecret).get("/devices").has(401).body()).isEqualTo(revoked);
        assertThat(server.with(unknown).get("/devices").has(401).body()).isEqualTo(revoked);
        assertThat(server.with("nonsense").get("/devices").has(401).body()).isEqualTo(revoked);
    }

    @Test
    void refusesBasicAndEveryOtherScheme() {
        String pair =
                Base64.getEncoder()
                        .encodeToString(
                                ("x:" + administrator.token())
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        ApiClient anybody = server.anybody();
        anybody.get("/devices", "Authorization: Basic " + pair).has(401);
        anybody.get("/devices", "Authorization: " + administrator.token()).has(401);
        anybody.get("/devices", "Authorization: Bearer  " + administrator.token()).has(401);
        anybody.get("/devices", "Cookie: token=" + administrator.token()).has(401);
        anybody.get("/devices?access_token=" + administrator.token()).has(401);
        anybody.get("/devices", "Authorization: bearer " + administrator.token()).has(200);
    }

    @Test
    void refusesTwoAuthorizations() {
        String bearer = "Authorization: Bearer " + administrator.token();
        server.anybody().get("/devices", bearer, bearer).has(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"t\",\"role\":\"owner\"}",
                "{\"name\":\"t\",\"role\":\"operator\",\"lifeSeconds\":59}",
                "{\"name\":\"t\",\"role\":\"operator\",\"lifeSeconds\":99999999999}",
                "{\"name\":\"\",\"role\":\"operator\"}",
                "{\"name\":\"t\",\"role\":\"operator\",\"organization\":\"x\"}",
                "{\"name\":\"t\",\"role\":\"operator\",\"secret\":\"bwt_mine\"}",
            })
    void refusesATokenOutsideTheContract(String body) {
        create(body).has(422);
    }

    @Test
    void refusesALifeBeyondTheLimit() {
        Answer refused = create("{\"name\":\"t\",\"role\":\"operator\",\"lifeSeconds\":63072000}");
        assertThat(refused.has(409).problem()).isEqualTo("limit-reached");
        assertThat(refused.text("/detail")).contains("31536000");
    }

    @Test
    void letsNobodyButAdministratorsMakeTokens() {
        ApiClient operator = administrator.role("operator");
        operator.post("/tokens", "{\"name\":\"t\",\"role\":\"auditor\"}").has(403);
        operator.get("/tokens").has(403);
        assertRefused("permission-missing");
    }

    @Test
    void notesWhenATokenWasUsed() {
        Answer made = create("{\"name\":\"ci\",\"role\":\"operator\"}");
        assertThat(administrator.get("/tokens/" + made.ok("id")).json().has("lastUsedAt"))
                .isFalse();
        server.with(made.ok("secret")).get("/devices").has(200);
        server.settle();
        assertThat(administrator.get("/tokens/" + made.ok("id")).ok("lastUsedAt")).isNotEmpty();
    }

    private Answer create(String body) {
        return administrator.post("/tokens", body);
    }

    private List<AuditEntry> entries() {
        OrganizationId organization = OrganizationId.parse(administrator.organization());
        return server.audit.entries(organization, Long.MAX_VALUE, 100);
    }

    private void assertRefused(String reason) {
        server.settle();
        assertThat(entries())
                .filteredOn(entry -> entry.action().equals("api.refused"))
                .extracting(entry -> entry.details().get("reason"))
                .contains(reason);
        assertThat(
                        server.meters
                                .counter("breakwater.refusals", "where", "api", "reason", reason)
                                .count())
                .isPositive();
    }
}
