/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.firewall.RulesText;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What may be ruled, and where an organization's own callers may come from. */
class FirewallRulesTest {

    private static final String HERE = "{\"mode\":\"enforcing\",\"allowed\":[\"127.0.0.0/8\"]}";
    private static final String ELSEWHERE =
            "{\"mode\":\"enforcing\",\"allowed\":[\"192.0.2.0/24\"]}";

    private ApiServer server;
    private ApiClient token;
    private ApiClient member;
    private OrganizationId organization;
    private String product;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        token = server.administrator("Reef & Sons");
        organization = OrganizationId.parse(token.organization());
        server.member(token, "pat@reef.example", "administrator");
        member = server.with(server.logIn("pat@reef.example").ok("accessToken"));
        String made = token.post("/products", "{\"name\":\"Tank\"}").ok("id");
        product = "/products/" + made + "/firewall";
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void replacesAProductsRulesIfNobodyElseDidBefore() {
        Answer none = token.get(product).has(200);
        assertThat(none.header("ETag")).startsWith("\"0-");
        assertThat(none.json().at("/rules/schemas")).isEmpty();
        String rules =
                "{\"schemas\":[{\"topic\":\"me/telemetry\",\"mode\":\"observing\",\"schema\":{\"type\":\"object\"}}],"
                        + "\"networks\":{\"mode\":\"off\",\"allowed\":[\"192.0.2.0/24\"]}}";
        token.put(product, rules).has(428);
        Answer replaced = token.put(product, rules, "If-Match: \"0\"").has(200);
        assertThat(replaced.text("/rules/schemas/0/topic")).isEqualTo("me/telemetry");
        assertThat(replaced.text("/rules/networks/allowed/0")).isEqualTo("192.0.2.0/24");
        assertThat(replaced.text("/counts/0/rule")).isEqualTo("schema me/telemetry");
        assertThat(replaced.json().at("/counts/0/hits").asInt()).isZero();
        token.put(product, "{}", "If-Match: \"0\"").has(412);
        token.put(product, "{}", "If-Match: *").has(200);
        assertThat(token.get(product).json().path("counts")).isEmpty();
        assertThat(token.get("/audit-entries").text("/items/0/action"))
                .isEqualTo("product.firewall-changed");
    }

    @Test
    void namesTheMemberThatCannotBeUsed() {
        refuses(
                "{\"schemas\":[{\"topic\":\"me/x\",\"mode\":\"off\",\"schema\":{}}]}",
                "/schemas/0/topic");
        refuses(
                "{\"schemas\":[{\"topic\":\"me/state\",\"mode\":\"off\",\"schema\":{\"$ref\":\"https://example.com/\"}}]}",
                "/schemas/0/schema/$ref");
        refuses(
                "{\"schemas\":[{\"topic\":\"me/state\",\"mode\":\"off\",\"schema\":{\"pattern\":\"(a+)+\"}}]}",
                "/schemas/0/schema/pattern");
        refuses(
                "{\"schemas\":[{\"topic\":\"me/state\",\"mode\":\"off\",\"schema\":{\"type\":\"tank\"}}]}",
                "/schemas/0/schema/type");
        refuses(
                "{\"rates\":[{\"topic\":\"me/state\",\"mode\":\"off\",\"messagesMax\":1,\"seconds\":1},"
                        + "{\"topic\":\"me/state\",\"mode\":\"off\",\"messagesMax\":1,\"seconds\":1}]}",
                "/rates/1/topic");
        refuses(
                "{\"networks\":{\"mode\":\"off\",\"allowed\":[\"192.0.2.7/24\"]}}",
                "/networks/allowed/0");
    }

    private void refuses(String rules, String pointer) {
        Answer refused = token.put(product, rules, "If-Match: *").has(422);
        assertThat(refused.text("/errors/0/pointer")).isEqualTo(pointer);
        assertThat(token.get(product).header("ETag")).startsWith("\"0-");
    }

    @Test
    void letsNobodyLockThemselvesOut() {
        for (ApiClient caller : new ApiClient[] {token, member}) {
            Answer refused = state(caller, "{\"staff\":" + ELSEWHERE + "}").has(422);
            assertThat(refused.text("/errors/0/pointer")).isEqualTo("/staff/allowed");
            assertThat(refused.text("/errors/0/detail")).contains("127.0.0.1", "lock you out");
        }
        Answer own = state(token, "{\"tokens\":" + ELSEWHERE + "}").has(422);
        assertThat(own.text("/errors/0/pointer")).isEqualTo("/tokens/allowed");
        state(member, "{\"staff\":{\"mode\":\"enforcing\",\"allowed\":[]}}").has(422);
        state(member, "{\"staff\":" + HERE + "}").has(200);
        state(member, "{\"staff\":" + ELSEWHERE.replace("enforcing", "observing") + "}").has(200);
        member.get("/devices").has(200);
    }

    @Test
    void refusesATokenFromANetworkThatIsRuledOut() {
        state(member, "{\"tokens\":" + ELSEWHERE + "}").has(200);
        Answer refused = token.get("/devices").has(403);
        assertThat(refused.problem()).isEqualTo("source-refused");
        member.get("/devices").has(200);
        server.settle();
        Answer log = member.get("/audit-entries?limit=1");
        assertThat(log.text("/items/0/action")).isEqualTo("api.refused");
        assertThat(log.text("/items/0/details/reason")).isEqualTo("firewall-token-network");
        assertThat(log.text("/items/0/details/source")).isEqualTo("127.0.0.1");
        assertThat(refusals(RefusalReason.FIREWALL_TOKEN_NETWORK)).isEqualTo(1);

        state(member, "{\"tokens\":" + HERE + "}").has(200);
        token.get("/devices").has(200);
    }

    @Test
    void countsWhatItWouldRefuseWhileItObserves() {
        state(member, "{\"tokens\":" + ELSEWHERE.replace("enforcing", "observing") + "}").has(200);
        token.get("/devices").has(200);
        Answer rules = member.get("/organizations/" + organization + "/firewall").has(200);
        assertThat(rules.text("/counts/0/rule")).isEqualTo("tokens");
        assertThat(rules.json().at("/counts/0/hits").asInt()).isEqualTo(1);
        assertThat(rules.text("/counts/0/lastSubject")).startsWith("token:");
        assertThat(rules.text("/counts/0/lastEvidence")).isEqualTo("comes from 127.0.0.1");
    }

    /** The rule was made by somebody within it; everybody else here is without. */
    @Test
    void refusesStaffFromANetworkThatIsRuledOutWhateverTheyShow() throws Exception {
        Answer session = server.logIn("pat@reef.example").has(201);
        server.firewall
                .rules()
                .change(
                        organization,
                        RulesText.organization(
                                JsonMapper.shared().readTree("{\"staff\":" + ELSEWHERE + "}")),
                        Optional.empty(),
                        new Actor.Person("somebody"),
                        "192.0.2.7");
        assertThat(member.get("/devices").has(403).problem()).isEqualTo("source-refused");
        Answer wrong = server.logIn("pat@reef.example", "not the password, but long");
        Answer right = server.logIn("pat@reef.example");
        // Not a word about the password.
        assertThat(right.has(wrong.status()).body()).isEqualTo(wrong.body());
        String refresh = "{\"refreshToken\":\"" + session.text("/refreshToken") + "\"}";
        assertThat(server.anybody().post("/sessions/refresh", refresh).has(403).problem())
                .isEqualTo("session-over");
        assertThat(refusals(RefusalReason.FIREWALL_STAFF_NETWORK)).isEqualTo(3);
        token.get("/devices").has(200);
    }

    @Test
    void showsRulesToWhoeverMayReadThemAndLetsOnlyAdministratorsChangeThem() {
        for (String role : new String[] {"operator", "support", "auditor"}) {
            ApiClient caller = token.role(role);
            caller.get(product).has(200);
            caller.get("/findings").has(200);
            assertThat(caller.put(product, "{}", "If-Match: *").has(403).problem())
                    .isEqualTo("permission-missing");
        }
        member.put(product, "{}", "If-Match: *").has(200);
    }

    @Test
    void noticesAnOperationThatATokenNeverUsed() {
        token.get("/devices").has(200);
        server.firewall.findings().storeNoticed();
        server.clock.advance(Duration.ofDays(8));
        token.get("/devices").has(200);
        server.firewall.findings().storeNoticed();
        assertThat(token.get("/findings").has(200).json().at("/items")).isEmpty();
        server.firewall.findings().storeNoticed();

        token.get("/tokens").has(200);
        server.firewall.findings().storeNoticed();
        Answer findings = token.get("/findings?kind=new-operation&state=open").has(200);
        // The very look at the findings was the first one too.
        assertThat(findings.json().at("/items")).hasSize(1);
        assertThat(findings.text("/items/0/subject")).startsWith("token:");
        assertThat(findings.json().at("/items/0/count").asInt()).isEqualTo(2);
        assertThat(findings.text("/items/0/evidence/operation")).isEqualTo("listTokens");
        assertThat(findings.json().at("/items/0").has("device")).isFalse();
    }

    private Answer state(ApiClient caller, String rules) {
        return caller.put("/organizations/" + organization + "/firewall", rules, "If-Match: *");
    }

    private double refusals(RefusalReason reason) {
        return server.meters
                .get("breakwater.refusals")
                .tags("where", "api", "reason", reason.code())
                .counter()
                .count();
    }
}
