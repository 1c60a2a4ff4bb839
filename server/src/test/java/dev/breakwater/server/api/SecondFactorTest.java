/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Proving who one is by more than a password, and what is kept from whoever has not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecondFactorTest {

    private static final String ORIGIN = "https://localhost:8443";
    private static final String SHOWN = "{\"password\":\"" + ApiServer.PASSWORD + "\"}";

    private ApiServer server;
    private ApiClient owner;
    private int people;
    private String email = "";
    private ApiClient member;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        owner = server.administrator("Reef & Sons");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void somebodyNew() {
        // Each test's codes are of steps that no other test has used.
        server.clock.advance(Duration.ofMinutes(2));
        email = "person-%d@reef.example".formatted(people++);
        server.member(owner, email, "administrator");
        member = server.with(server.logIn(email).ok("accessToken"));
    }

    @Test
    void asksForTheCodeOnceAnAppIsConfirmed() {
        TotpApp app = new TotpApp(member, server.clock);
        server.logIn(email).has(201);
        Answer confirmed = app.confirm().has(201);
        assertThat(confirmed.json().at("/recoveryCodes")).hasSize(10);
        assertThat(confirmed.text("/recoveryCodes/9"))
                .matches("[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){5}");

        Answer asked = server.logIn(email).has(202);
        assertThat(asked.json().at("/kinds/0").asString()).isEqualTo("totp");
        assertThat(asked.body()).doesNotContain("accessToken");
        Answer in = prove(asked, "totp", app.code(1)).has(201);
        server.with(in.text("/accessToken")).get("/members").has(200);
    }

    @Test
    void takesNoCodeTwice() {
        TotpApp app = new TotpApp(member, server.clock);
        app.confirm().has(201);
        String used = app.code(1);
        prove(server.logIn(email).has(202), "totp", used).has(201);

        int before = refusals(RefusalReason.SECOND_FACTOR_REFUSED);
        Answer again = prove(server.logIn(email).has(202), "totp", used).has(403);
        assertThat(again.problem()).isEqualTo("second-factor-refused");
        assertThat(refusals(RefusalReason.SECOND_FACTOR_REFUSED)).isEqualTo(before + 1);
        // Nor the one that confirmed the app, which is of an earlier step.
        prove(server.logIn(email).has(202), "totp", app.code(0)).has(403);
    }

    @Test
    void takesCodesOfOneStepToEitherSideAndNoFurther() {
        TotpApp app = new TotpApp(member, server.clock);
        app.confirm().has(201);
        Answer asked = server.logIn(email).has(202);
        prove(asked, "totp", app.code(2)).has(403);
        server.clock.advance(Duration.ofSeconds(60));
        prove(asked, "totp", app.code(-2)).has(403);
        prove(asked, "totp", app.code(-1)).has(201);
    }

    @Test
    void makesAGuesserOfCodesWait() {
        TotpApp app = new TotpApp(member, server.clock);
        app.confirm().has(201);
        Answer asked = server.logIn(email).has(202);
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            statuses.add(prove(asked, "totp", wrong(app)).status());
        }
        assertThat(statuses).containsOnly(403);
        assertThat(prove(asked, "totp", app.code(1)).has(429).problem())
                .isEqualTo("attempt-too-soon");
        // Five answers were looked for; the question is gone, and a new one waits as well.
        prove(asked, "totp", app.code(1)).has(403);
        prove(server.logIn(email).has(202), "totp", app.code(1)).has(429);
        server.clock.advance(Duration.ofMinutes(1));
        prove(server.logIn(email).has(202), "totp", app.code(1)).has(201);
    }

    @Test
    void forgetsAQuestionAfterFiveMinutes() {
        TotpApp app = new TotpApp(member, server.clock);
        app.confirm().has(201);
        Answer asked = server.logIn(email).has(202);
        server.clock.advance(Duration.ofMinutes(5));
        prove(asked, "totp", app.code(0)).has(403);
    }

    @Test
    void takesEachRecoveryCodeOnce() {
        TotpApp app = new TotpApp(member, server.clock);
        String code = app.confirm().text("/recoveryCodes/3");
        prove(server.logIn(email).has(202), "recoveryCode", code.toUpperCase(java.util.Locale.ROOT))
                .has(201);
        prove(server.logIn(email).has(202), "recoveryCode", code).has(403);
        assertThat(member.get("/me/factors").json().at("/recoveryCodesLeft").asInt()).isEqualTo(9);
    }

    @Test
    void letsAPasskeyInAsSecondFactorAndAlone() {
        SoftAuthenticator key = passkey();
        Answer asked = server.logIn(email).has(202);
        assertThat(asked.json().at("/question/credentialIds")).hasSize(1);
        send("/sessions/second-factor", key.get(asked.json().at("/question"), ORIGIN)).has(201);

        Answer question = server.anybody().post("/sessions/passkey-questions").has(201);
        assertThat(question.json().at("/credentialIds")).isEmpty();
        Answer in = send("/sessions/second-factor", key.get(question.json(), ORIGIN)).has(201);
        assertThat(in.text("/member/email")).isEqualTo(email);
    }

    @Test
    void refusesAPasskeyOfAnotherOriginQuestionOrCount() {
        SoftAuthenticator key = passkey();
        Answer asked = server.anybody().post("/sessions/passkey-questions").has(201);
        String path = "/sessions/second-factor";
        send(path, key.get(asked.json(), "https://localhost.evil.example")).has(403);
        send(path, key.get(asked.json(), "http://localhost:8443")).has(403);

        Answer other = server.anybody().post("/sessions/passkey-questions").has(201);
        String crossed =
                key.get(other.json(), ORIGIN)
                        .replace(other.text("/challenge"), asked.text("/challenge"));
        send(path, crossed).has(403);
        send(path, key.get(asked.json(), ORIGIN)).has(201);
        send(path, key.get(asked.json(), ORIGIN)).has(403);

        key.countsFrom(1);
        send(path, key.get(other.json(), ORIGIN)).has(403);
    }

    @Test
    void refusesAPasskeyThatDidNotVerifyItsUserOrIsAnothers() {
        SoftAuthenticator lax = new SoftAuthenticator("localhost").withoutVerification();
        Answer question = member.post("/me/passkey-questions", SHOWN).has(201);
        member.post("/me/passkeys", lax.create(question.json(), ORIGIN)).has(403);

        SoftAuthenticator theirs = passkey();
        somebodyNew();
        passkey();
        Answer asked = server.logIn(email).has(202);
        send("/sessions/second-factor", theirs.get(asked.json().at("/question"), ORIGIN)).has(403);
    }

    @Test
    void needsAFreshProofForWhatIsDangerous() {
        String token = "{\"name\":\"ci\",\"role\":\"operator\"}";
        int before = refusals(RefusalReason.STEP_UP_MISSING);
        assertThat(member.post("/tokens", token).has(403).problem()).isEqualTo("step-up-needed");
        assertThat(refusals(RefusalReason.STEP_UP_MISSING)).isEqualTo(before + 1);

        TotpApp app = new TotpApp(member, server.clock);
        app.confirm().has(201);
        member.post("/tokens", token).has(201);
        server.clock.advance(Duration.ofMinutes(9).plusSeconds(59));
        member.post("/tokens", token).has(201);
        server.clock.advance(Duration.ofSeconds(2));
        ApiClient later =
                server.with(prove(server.logIn(email), "totp", app.code(0)).ok("accessToken"));
        later.post("/tokens", token).has(201);
    }

    @Test
    void stepsUpWithinTheSession() {
        TotpApp app = new TotpApp(member, server.clock);
        Answer first = server.logIn(email).has(201);
        app.confirm().has(201);
        // A session of before knows of no second factor, until it proves one.
        ApiClient old = server.with(first.text("/accessToken"));
        old.post("/me/recovery-codes").has(403);
        old.post("/me/proofs", "{\"proof\":{\"totp\":\"" + app.code(0) + "\"}}").has(403);
        old.post("/me/proofs", "{\"proof\":{\"totp\":\"" + app.code(1) + "\"}}").has(200);
        assertThat(old.post("/me/recovery-codes").has(201).json().at("/recoveryCodes")).hasSize(10);
    }

    @Test
    void listsWhatIsDangerous() {
        Set<String> dangerous = new TreeSet<>();
        server.api.contract().operations().stream()
                .filter(operation -> operation.needsStepUp())
                .forEach(operation -> dangerous.add(operation.id()));
        assertThat(dangerous)
                .containsExactly(
                        "allowUpdates",
                        "banForFinding",
                        "changeMemberRole",
                        "changeOrganization",
                        "createToken",
                        "enterEndorsementAuthority",
                        "enterEndorsementKey",
                        "enterEnvelopeKey",
                        "handInRoot",
                        "handInTargets",
                        "handInTogether",
                        "inviteMember",
                        "prepareOnlineKey",
                        "removeEndorsementAuthority",
                        "removeEndorsementKey",
                        "removeOwnFactor",
                        "removeScanRules",
                        "renewRecoveryCodes",
                        "replaceScanRules",
                        "resetMemberFactors",
                        "resetMemberPassword",
                        "retireEnvelopeKey",
                        "rotateEnvelopeKey",
                        "waiveArtifactFinding");
    }

    @Test
    void addsAnotherFactorOnlyForWhoeverProvesTheFirst() {
        Answer other = server.logIn(email).has(201);
        TotpApp app = new TotpApp(member, server.clock);
        app.confirm().has(201);
        ApiClient thief = server.with(other.text("/accessToken"));
        String wish = "{\"name\":\"Mine\",\"password\":\"%s\"}".formatted(ApiServer.PASSWORD);
        assertThat(thief.post("/me/totp", wish).has(403).problem()).isEqualTo("step-up-needed");
        thief.post("/me/passkey-questions", SHOWN).has(403);
        thief.delete("/me/factors/" + app.factorId()).has(403);
        assertThat(member.get("/me/factors").json().at("/items")).hasSize(1);
    }

    @Test
    void addsNoFactorWithoutThePassword() {
        Answer refused =
                member.post("/me/totp", "{\"name\":\"Mine\",\"password\":\"not the pass phrase\"}");
        assertThat(refused.has(403).problem()).isEqualTo("log-in-refused");
    }

    @Test
    void keepsWhoeverLacksASecondFactorToTheirOwnAccountWhereOneIsDemanded() {
        ApiClient founder = server.administrator("Strict " + people);
        String path = "/organizations/" + founder.organization();
        server.member(founder, "strict-" + email, "owner");
        ApiClient strict = server.with(server.logIn("strict-" + email).ok("accessToken"));
        strict.get("/devices").has(200);
        String tag = founder.get(path).header("ETag");
        founder.patch(path, "{\"secondFactorRequired\":true}", "If-Match: " + tag).has(200);

        int before = refusals(RefusalReason.SECOND_FACTOR_MISSING);
        assertThat(strict.get("/devices").has(403).problem()).isEqualTo("second-factor-needed");
        assertThat(refusals(RefusalReason.SECOND_FACTOR_MISSING)).isEqualTo(before + 1);
        strict.get("/me").has(200);
        new TotpApp(strict, server.clock).confirm().has(201);
        strict.get("/devices").has(200);
        founder.get("/devices").has(200);
    }

    @Test
    void letsAnAdministratorTakeLostFactorsAway() {
        TotpApp app = new TotpApp(member, server.clock);
        app.confirm().has(201);
        String id = member.get("/me").text("/id");
        owner.delete("/members/" + id + "/factors").has(204);
        server.logIn(email).has(201);
    }

    @Test
    void changesAPasswordAndEndsTheOtherSessions() {
        ApiClient other = server.with(server.logIn(email).ok("accessToken"));
        String change = "{\"password\":\"%s\",\"newPassword\":\"%s\"}";
        String next = "a heron above the weir, 5";
        member.post("/me/password", change.formatted("not the pass phrase", next)).has(403);
        member.post("/me/password", change.formatted(ApiServer.PASSWORD, "short")).has(422);
        member.post("/me/password", change.formatted(ApiServer.PASSWORD, next)).has(204);
        member.get("/me").has(200);
        other.get("/me").has(401);
        server.logIn(email).has(403);
        server.logIn(email, next).has(201);
    }

    @Test
    void endsASessionThatNobodyGoesOnWith() {
        Answer in = server.logIn(email).has(201);
        String refresh = "{\"refreshToken\":\"%s\"}";
        server.clock.advance(Duration.ofMinutes(59));
        Answer next =
                send("/sessions/refresh", refresh.formatted(in.text("/refreshToken"))).has(200);
        server.clock.advance(Duration.ofMinutes(60));
        send("/sessions/refresh", refresh.formatted(next.text("/refreshToken"))).has(403);
    }

    @Test
    void endsAllOtherSessionsAtOnce() {
        ApiClient other = server.with(server.logIn(email).ok("accessToken"));
        member.delete("/me/sessions").has(204);
        member.get("/me").has(200);
        other.get("/me").has(401);
    }

    private SoftAuthenticator passkey() {
        SoftAuthenticator key = new SoftAuthenticator("localhost");
        Answer question = member.post("/me/passkey-questions", SHOWN).has(201);
        member.post("/me/passkeys", key.create(question.json(), ORIGIN)).has(201);
        return key;
    }

    private Answer prove(Answer asked, String kind, String value) {
        return send(
                "/sessions/second-factor",
                "{\"challenge\":\"%s\",\"proof\":{\"%s\":\"%s\"}}"
                        .formatted(asked.text("/question/challenge"), kind, value));
    }

    private Answer send(String path, String body) {
        return server.anybody().post(path, body);
    }

    private static String wrong(TotpApp app) {
        Set<String> right = Set.of(app.code(-1), app.code(0), app.code(1));
        return right.contains("000000") ? "000001" : "000000";
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
