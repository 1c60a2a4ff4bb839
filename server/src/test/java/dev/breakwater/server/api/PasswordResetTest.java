/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A forgotten password over the real listener: who may help, and what the help opens. */
class PasswordResetTest {

    private static final String PAT = "pat@reef.example";
    private static final String NEXT = "a heron above the weir, 5";

    private ApiServer server;
    private ApiClient founder;
    private ApiClient owner;
    private String pat;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        founder = server.administrator("Reef & Sons");
        server.member(founder, "boss@reef.example", "owner");
        owner = server.session("boss@reef.example");
        pat = server.member(founder, PAT, "operator");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void setsAnotherPasswordOnceAndEndsAllSessions() {
        ApiClient before = server.with(server.logIn(PAT).ok("accessToken"));
        Answer issued = owner.post(resets(pat)).has(201);
        assertThat(issued.text("/member/email")).isEqualTo(PAT);
        assertThat(issued.text("/code")).matches("bwp_[0-9a-f]{64}");
        // Nothing has happened yet: who has no use for the code is not kept out by it.
        before.get("/me").has(200);

        Answer weak = set(issued.text("/code"), "passwordpassword").has(422);
        assertThat(weak.text("/errors/0/pointer")).isEqualTo("/password");
        assertThat(set(issued.text("/code"), NEXT).has(200).text("/email")).isEqualTo(PAT);
        before.get("/me").has(401);
        server.logIn(PAT).has(403);
        server.logIn(PAT, NEXT).has(201);

        int refused = refusals(RefusalReason.PASSWORD_RESET_REFUSED);
        assertThat(set(issued.text("/code"), ApiServer.PASSWORD).has(403).problem())
                .isEqualTo("password-reset-refused");
        assertThat(refusals(RefusalReason.PASSWORD_RESET_REFUSED)).isEqualTo(refused + 1);
        server.settle();
        assertThat(actions()).contains("member.password-reset-issued", "member.password-reset");
        assertThat(server.audit.allEntries(Long.MAX_VALUE, 20))
                .anySatisfy(
                        entry -> {
                            assertThat(entry.action()).isEqualTo("api.refused");
                            assertThat(entry.details())
                                    .containsEntry(
                                            "reason", RefusalReason.PASSWORD_RESET_REFUSED.code());
                        });
    }

    @Test
    void leavesTheSecondFactorInItsPlace() {
        ApiClient member = server.with(server.logIn(PAT).ok("accessToken"));
        TotpApp app = new TotpApp(member, server.clock);
        app.confirm().has(201);
        set(owner.post(resets(pat)).ok("code"), NEXT).has(200);

        Answer asked = server.logIn(PAT, NEXT).has(202);
        server.anybody()
                .post(
                        "/sessions/second-factor",
                        "{\"challenge\":\"%s\",\"proof\":{\"totp\":\"%s\"}}"
                                .formatted(asked.text("/question/challenge"), app.code(1)))
                .has(201);
    }

    @Test
    void forgetsTheFailuresOfWhoeverForgot() {
        for (int i = 0; i < 4; i++) {
            server.logIn(PAT, "is it number " + i).has(403);
        }
        server.logIn(PAT).has(429);
        set(owner.post(resets(pat)).ok("code"), NEXT).has(200);
        server.logIn(PAT, NEXT).has(201);
    }

    @Test
    void refusesACodeThatIsTooOldOrWasReplaced() {
        String first = owner.post(resets(pat)).ok("code");
        String second = owner.post(resets(pat)).ok("code");
        set(first, NEXT).has(403);
        server.clock.advance(Duration.ofHours(24));
        set(second, NEXT).has(403);
        server.logIn(PAT).has(201);
    }

    @Test
    void refusesTheCodeOfAMemberWhoIsKeptOut() {
        String code = owner.post(resets(pat)).ok("code");
        owner.post("/members/" + pat + "/disablement").has(200);
        set(code, NEXT).has(403);
        assertThat(owner.post(resets(pat)).has(409).problem()).isEqualTo("not-possible-now");
    }

    @Test
    void letsNobodyResetWhoeverHasMoreNorThemselves() {
        server.member(founder, "admin@reef.example", "administrator");
        ApiClient admin = server.session("admin@reef.example");
        String boss = owner.get("/me").ok("id");

        int refused = refusals(RefusalReason.PERMISSION_MISSING);
        assertThat(admin.post(resets(boss)).has(403).problem()).isEqualTo("permission-missing");
        assertThat(refusals(RefusalReason.PERMISSION_MISSING)).isEqualTo(refused + 1);
        assertThat(admin.delete("/members/" + boss + "/factors").has(403).problem())
                .isEqualTo("permission-missing");
        assertThat(owner.get("/me/factors").json().at("/items")).hasSize(1);
        assertThat(owner.post(resets(boss)).has(409).problem()).isEqualTo("not-possible-now");
        admin.post(resets(pat)).has(201);
        owner.post(resets(admin.get("/me").ok("id"))).has(201);
    }

    @Test
    void refusesWhatTheOrganizationAndItsProductsAreCalledWhereverAPasswordIsSet() {
        founder.post("/products", "{\"name\":\"Zanzibar Quokkatron\"}").has(201);
        ApiClient member = server.with(server.logIn(PAT).ok("accessToken"));
        String code = owner.post(resets(pat)).ok("code");
        String invited =
                founder.post("/invitations", "{\"email\":\"x@y.example\",\"role\":\"support\"}")
                        .ok("code");
        for (String weak : new String[] {"zanzibarquokkatron", "ReefSonsQuokkatron"}) {
            member.post(
                            "/me/password",
                            "{\"password\":\"%s\",\"newPassword\":\"%s\"}"
                                    .formatted(ApiServer.PASSWORD, weak))
                    .has(422);
            set(code, weak).has(422);
            server.anybody()
                    .post(
                            "/invitations/acceptance",
                            "{\"code\":\"%s\",\"name\":\"Kim\",\"password\":\"%s\"}"
                                    .formatted(invited, weak))
                    .has(422);
        }
        // It is the words that weaken it: of another organization they are as good as any.
        ApiClient stranger = server.administrator("Stranger");
        String theirs =
                stranger.post("/invitations", "{\"email\":\"x@z.example\",\"role\":\"support\"}")
                        .ok("code");
        server.anybody()
                .post(
                        "/invitations/acceptance",
                        "{\"code\":\"%s\",\"name\":\"Kim\",\"password\":\"zanzibarquokkatron\"}"
                                .formatted(theirs))
                .has(201);
    }

    @Test
    void needsAFreshSecondFactor() {
        server.member(founder, "admin@reef.example", "administrator");
        ApiClient weak = server.with(server.logIn("admin@reef.example").ok("accessToken"));
        assertThat(weak.post(resets(pat)).has(403).problem()).isEqualTo("step-up-needed");
    }

    private static String resets(String member) {
        return "/members/" + member + "/password-resets";
    }

    private Answer set(String code, String password) {
        return server.anybody()
                .post(
                        "/password-resets/acceptance",
                        "{\"code\":\"%s\",\"password\":\"%s\"}".formatted(code, password));
    }

    private List<String> actions() {
        return server
                .audit
                .entries(OrganizationId.parse(founder.organization()), Long.MAX_VALUE, 100)
                .stream()
                .map(AuditEntry::action)
                .toList();
    }

    private int refusals(RefusalReason reason) {
        return (int)
                server
                        .meters
                        .find("breakwater.refusals")
                        .tag("reason", reason.code())
                        .counters()
                        .stream()
                        .mapToDouble(counter -> counter.count())
                        .sum();
    }
}
