/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People over the real listener: in by invitation, on by tokens, out at once. */
class MemberLifeTest {

    private static final String PAT = "pat@reef.example";

    private ApiServer server;
    private ApiClient owner;
    private String pat;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        owner = server.administrator("Reef & Sons");
        pat = server.member(owner, PAT, "operator");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void letsAMemberInWithThePasswordAndOnWithTheTokens() {
        Answer in = server.logIn("Pat@Reef.Example").has(201);
        assertThat(in.text("/member/id")).isEqualTo(pat);
        ApiClient member = server.with(in.text("/accessToken"));

        assertThat(member.get("/me").ok("role")).isEqualTo("operator");
        assertThat(member.get("/devices").has(200).json().at("/items")).isEmpty();
        assertThat(member.get("/tokens").has(403).problem()).isEqualTo("permission-missing");

        server.clock.advance(Duration.ofMinutes(10));
        assertThat(member.get("/me").has(401).problem()).isEqualTo("authentication-needed");
        Answer next = refresh(in.text("/refreshToken")).has(200);
        server.with(next.text("/accessToken")).get("/me").has(200);
        assertThat(next.text("/session/id")).isEqualTo(in.text("/session/id"));
    }

    @Test
    void endsTheSessionWhoseRefreshTokenIsUsedTwice() {
        Answer in = server.logIn(PAT).has(201);
        Answer next = refresh(in.text("/refreshToken")).has(200);

        assertThat(refresh(in.text("/refreshToken")).has(403).problem()).isEqualTo("session-over");
        assertThat(refusals(RefusalReason.REFRESH_TOKEN_REUSED)).isEqualTo(1);
        server.with(next.text("/accessToken")).get("/me").has(401);
        assertThat(refresh(next.text("/refreshToken")).has(403).problem())
                .isEqualTo("session-over");
    }

    @Test
    void doesNotEndASessionForATokenThatSomebodyMadeUp() {
        Answer in = server.logIn(PAT).has(201);
        String madeUp =
                "bwr_%s_%s_%s".formatted(in.text("/session/id"), "a".repeat(64), "b".repeat(64));
        refresh(madeUp).has(403);
        refresh("bwr_nonsense").has(403);
        refresh(in.text("/refreshToken")).has(200);
    }

    @Test
    void answersEveryFailedLogInAlike() {
        Answer wrong = server.logIn(PAT, "another pass phrase").has(403);
        Answer nobody = server.logIn("nobody@reef.example", "another pass phrase").has(403);
        owner.post("/members/" + pat + "/disablement").has(200);
        Answer disabled = server.logIn(PAT).has(403);

        assertThat(wrong.problem()).isEqualTo("log-in-refused");
        assertThat(nobody.body()).isEqualTo(wrong.body());
        assertThat(disabled.body()).isEqualTo(wrong.body());
        assertThat(refusals(RefusalReason.LOG_IN_REFUSED)).isEqualTo(3);
    }

    @Test
    void makesAGuesserWaitAndDoesNotLookAtThePasswordMeanwhile() {
        for (int i = 0; i < 4; i++) {
            server.logIn(PAT, "guess number " + i).has(403);
        }
        Answer soon = server.logIn(PAT).has(429);
        assertThat(soon.problem()).isEqualTo("attempt-too-soon");
        assertThat(Integer.parseInt(soon.header("Retry-After"))).isBetween(1, 61);

        server.clock.advance(Duration.ofMinutes(1));
        server.logIn(PAT).has(201);
    }

    @Test
    void makesANetworkWaitThatFailsForManyAddresses() {
        for (int i = 0; i < 20; i++) {
            server.logIn("somebody-%d@reef.example".formatted(i)).has(403);
        }
        Answer soon = server.logIn(PAT).has(429);
        assertThat(Integer.parseInt(soon.header("Retry-After"))).isBetween(1, 2);
        server.clock.advance(Duration.ofSeconds(2));
        server.logIn(PAT).has(201);
    }

    @Test
    void takesAPasswordHoweverOldItIs() {
        server.clock.advance(Duration.ofDays(3_650));
        server.logIn(PAT).has(201);
    }

    @Test
    void endsASessionAfterItsLongestTimeHoweverOftenItIsRenewed() {
        Answer last = server.logIn(PAT).has(201);
        for (int i = 0; i < 23; i++) {
            server.clock.advance(Duration.ofMinutes(30));
            last = refresh(last.text("/refreshToken")).has(200);
        }
        ApiClient member = server.with(last.text("/accessToken"));
        server.clock.advance(Duration.ofMinutes(9));
        member.get("/me").has(200);
        server.clock.advance(Duration.ofMinutes(21));
        assertThat(refresh(last.text("/refreshToken")).has(403).problem())
                .isEqualTo("session-over");
    }

    @Test
    void endsAllSessionsOfAMemberWhoIsDisabledAtOnce() {
        Answer in = server.logIn(PAT).has(201);
        ApiClient member = server.with(in.text("/accessToken"));
        owner.post("/members/" + pat + "/disablement").has(200);

        member.get("/me").has(401);
        refresh(in.text("/refreshToken")).has(403);
        owner.post("/members/" + pat + "/enablement").has(200);
        member.get("/me").has(401);
        server.logIn(PAT).has(201);
    }

    @Test
    void givesANewRoleFromTheNextRequestOn() {
        ApiClient member = server.with(server.logIn(PAT).text("/accessToken"));
        member.post("/products", "{\"name\":\"P\"}").has(403);
        String role = "/members/" + pat + "/role";
        owner.put(role, "{\"role\":\"administrator\"}").has(428);
        owner.put(role, "{\"role\":\"administrator\"}", "If-Match: \"7\"").has(412);
        owner.put(role, "{\"role\":\"administrator\"}", "If-Match: \"1\"").has(200);
        member.post("/products", "{\"name\":\"P\"}").has(201);
    }

    @Test
    void letsNobodyGiveOrTakeWhatTheyHaveNot() {
        server.member(owner, "boss@reef.example", "owner");
        server.member(owner, "admin@reef.example", "administrator");
        ApiClient admin = server.with(server.logIn("admin@reef.example").text("/accessToken"));
        String boss = server.logIn("boss@reef.example").has(201).text("/member/id");

        admin.post("/invitations", "{\"email\":\"x@reef.example\",\"role\":\"owner\"}").has(403);
        admin.put("/members/" + pat + "/role", "{\"role\":\"owner\"}", "If-Match: *").has(403);
        admin.post("/members/" + boss + "/disablement").has(403);
        owner.post("/tokens", "{\"name\":\"t\",\"role\":\"owner\"}").has(422);
    }

    @Test
    void keepsTheLastOwner() {
        String boss = server.member(owner, "boss@reef.example", "owner");
        assertThat(owner.post("/members/" + boss + "/disablement").has(409).problem())
                .isEqualTo("not-possible-now");
        server.member(owner, "second@reef.example", "owner");
        owner.post("/members/" + boss + "/disablement").has(200);
    }

    @Test
    void takesAnInvitationOnceAndOnlyWithAGoodPassword() {
        String code =
                owner.post("/invitations", "{\"email\":\"kim@reef.example\",\"role\":\"support\"}")
                        .ok("code");
        Answer weak = accept(code, "reefsonsreefsons").has(422);
        assertThat(weak.text("/errors/0/pointer")).isEqualTo("/password");
        accept(code, ApiServer.PASSWORD).has(201);
        assertThat(accept(code, ApiServer.PASSWORD).has(403).problem())
                .isEqualTo("invitation-refused");
        assertThat(owner.get("/invitations").json().at("/items")).isEmpty();
        assertThat(
                        owner.post(
                                        "/invitations",
                                        "{\"email\":\"kim@reef.example\",\"role\":\"owner\"}")
                                .has(409)
                                .problem())
                .isEqualTo("not-possible-now");
    }

    @Test
    void refusesAnInvitationThatWasWithdrawnOrIsTooOld() {
        Answer invited =
                owner.post("/invitations", "{\"email\":\"a@reef.example\",\"role\":\"support\"}");
        owner.delete("/invitations/" + invited.text("/invitation/id")).has(204);
        accept(invited.text("/code"), ApiServer.PASSWORD).has(403);

        String old =
                owner.post("/invitations", "{\"email\":\"b@reef.example\",\"role\":\"support\"}")
                        .ok("code");
        server.clock.advance(Duration.ofDays(7));
        accept(old, ApiServer.PASSWORD).has(403);
    }

    @Test
    void listsOwnSessionsAndEndsOneOfThem() {
        String first = server.logIn(PAT).text("/session/id");
        Answer second = server.logIn(PAT);
        ApiClient member = server.with(second.text("/accessToken"));
        assertThat(member.get("/me/sessions").json().at("/items")).hasSize(2);
        assertThat(member.get("/me/sessions").text("/items/0/id"))
                .isEqualTo(second.text("/session/id"));

        member.delete("/me/sessions/" + first).has(204);
        assertThat(member.get("/me/sessions").json().at("/items")).hasSize(1);
        String other = server.member(owner, "lee@reef.example", "auditor");
        assertThat(other).isNotEmpty();
        String foreign = server.logIn("lee@reef.example").text("/session/id");
        member.delete("/me/sessions/" + foreign).has(404);
    }

    @Test
    void tellsPeopleOfTwoOrganizationsApart() {
        ApiClient stranger = server.administrator("Stranger");
        server.member(stranger, PAT, "auditor");
        assertThat(server.logIn(PAT).has(403).problem()).isEqualTo("log-in-refused");
        Answer in =
                server.anybody()
                        .post(
                                "/sessions",
                                "{\"email\":\"%s\",\"password\":\"%s\",\"organizationId\":\"%s\"}"
                                        .formatted(
                                                PAT, ApiServer.PASSWORD, stranger.organization()))
                        .has(201);
        assertThat(in.text("/member/role")).isEqualTo("auditor");
    }

    @Test
    void repeatsAnAnswerToASessionAcrossItsAccessTokens() {
        Answer in = server.logIn(PAT).has(201);
        String key = "Idempotency-Key: 4f6c0d2e-one-and-only";
        String code = "{\"product\":\"%s\",\"serials\":[\"S-1\"]}".formatted(product());
        Answer made =
                server.with(in.text("/accessToken")).post("/enrollment-codes", code, key).has(201);
        Answer next = refresh(in.text("/refreshToken"));
        Answer again =
                server.with(next.text("/accessToken"))
                        .post("/enrollment-codes", code, key)
                        .has(201);
        assertThat(again.body()).isEqualTo(made.body());
        Answer other = server.logIn(PAT);
        server.with(other.text("/accessToken")).post("/enrollment-codes", code, key).has(201);
    }

    private String product() {
        return owner.post("/products", "{\"name\":\"Tank\"}").ok("id");
    }

    private Answer refresh(String token) {
        return server.anybody().post("/sessions/refresh", "{\"refreshToken\":\"" + token + "\"}");
    }

    private Answer accept(String code, String password) {
        return server.anybody()
                .post(
                        "/invitations/acceptance",
                        "{\"code\":\"%s\",\"name\":\"Kim\",\"password\":\"%s\"}"
                                .formatted(code, password));
    }

    private double refusals(RefusalReason reason) {
        return server
                .meters
                .get("breakwater.refusals")
                .tag("reason", reason.code())
                .counters()
                .stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
