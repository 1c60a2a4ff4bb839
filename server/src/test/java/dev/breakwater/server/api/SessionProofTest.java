/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a session alone does not do, and what a proof within it changes for whoever stole it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionProofTest {

    private static final String SHOWN = "{\"password\":\"" + ApiServer.PASSWORD + "\"}";

    private ApiServer server;
    private ApiClient founder;
    private int people;
    private String email = "";
    private ApiClient member;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        founder = server.administrator("Reef & Sons");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void somebodyNew() {
        email = "person-%d@reef.example".formatted(people++);
        server.member(founder, email, "administrator");
        member = server.with(server.logIn(email).ok("accessToken"));
    }

    @Test
    void givesWhoeverProvesASecondFactorOtherTokensAndEndsTheOldOnes() {
        Answer in = server.logIn(email).has(201);
        ApiClient person = server.with(in.text("/accessToken"));
        ApiClient thief = server.with(in.text("/accessToken"));
        TotpApp app = new TotpApp(person, server.clock);
        Answer confirmed = app.confirm().has(201);
        assertThat(confirmed.text("/tokens/session/id")).isEqualTo(in.text("/session/id"));
        person.post("/me/recovery-codes").has(201);
        int before = refusals(RefusalReason.TOKEN_REVOKED);
        thief.get("/me").has(401);
        assertThat(refusals(RefusalReason.TOKEN_REVOKED)).isEqualTo(before + 1);

        ApiClient second = server.with(confirmed.text("/tokens/accessToken"));
        Answer proven =
                person.post("/me/proofs", "{\"proof\":{\"totp\":\"%s\"}}".formatted(app.code(1)))
                        .has(200);
        second.get("/me").has(401);
        // Nor do refresh tokens of before lead on, and they do not end the session either.
        for (String old :
                new String[] {
                    in.text("/refreshToken"), confirmed.text("/tokens/refreshToken"),
                }) {
            send("/sessions/refresh", "{\"refreshToken\":\"" + old + "\"}").has(403);
        }
        Answer next =
                send(
                                "/sessions/refresh",
                                "{\"refreshToken\":\"%s\"}".formatted(proven.text("/refreshToken")))
                        .has(200);
        server.with(next.text("/accessToken")).post("/me/recovery-codes").has(201);
        person.get("/me").has(200);
    }

    @Test
    void endsAnotherSessionOnlyForWhoeverHasJustShownThePassword() {
        Answer old = server.logIn(email).has(201);
        Answer leaving = server.logIn(email).has(201);
        server.clock.advance(Duration.ofMinutes(9).plusSeconds(59));
        Answer other = server.logIn(email).has(201);
        ApiClient owner = server.with(other.text("/accessToken"));
        server.clock.advance(Duration.ofSeconds(2));
        ApiClient stale = server.with(refresh(old).text("/accessToken"));
        String path = "/me/sessions/" + other.text("/session/id");

        int before = refusals(RefusalReason.PASSWORD_MISSING);
        assertThat(stale.delete(path).has(403).problem()).isEqualTo("password-needed");
        assertThat(stale.delete("/me/sessions").has(403).problem()).isEqualTo("password-needed");
        assertThat(refusals(RefusalReason.PASSWORD_MISSING)).isEqualTo(before + 2);
        owner.get("/me").has(200);
        // One's own is ended by whoever has it.
        server.with(refresh(leaving).text("/accessToken"))
                .delete("/me/sessions/" + leaving.text("/session/id"))
                .has(204);

        assertThat(stale.post("/me/proofs", "{\"password\":\"no\"}").has(403).problem())
                .isEqualTo("log-in-refused");
        stale.delete(path).has(403);
        ApiClient copied = server.with(stale.token());
        stale.post("/me/proofs", SHOWN).has(200);
        copied.get("/me").has(401);
        stale.delete(path).has(204);
        owner.get("/me").has(401);
        stale.delete("/me/sessions").has(204);
    }

    @Test
    void endsAnotherSessionOnlyForWhoeverHasJustProvenTheFactorTheyHave() {
        TotpApp app = new TotpApp(member, server.clock);
        Answer other = server.logIn(email).has(201);
        app.confirm().has(201);
        ApiClient weak = server.with(other.text("/accessToken"));
        int before = refusals(RefusalReason.STEP_UP_MISSING);
        assertThat(weak.delete("/me/sessions").has(403).problem()).isEqualTo("step-up-needed");
        // The password is less than they have.
        assertThat(weak.post("/me/proofs", SHOWN).has(403).problem()).isEqualTo("step-up-needed");
        assertThat(refusals(RefusalReason.STEP_UP_MISSING)).isEqualTo(before + 2);
        member.get("/me").has(200);
        weak.post("/me/proofs", "{\"proof\":{\"totp\":\"" + app.code(1) + "\"}}").has(200);
        weak.delete("/me/sessions").has(204);
        member.get("/me").has(401);
    }

    @Test
    void carriesNothingOutTwiceWhenAProofComesBetween() {
        String key = "Idempotency-Key: 4f6c0d2e-one-and-only";
        String product = "{\"name\":\"Tank of %s\"}".formatted(email);
        member.post("/products", product, key).has(201);
        new TotpApp(member, server.clock).confirm().has(201);
        assertThat(member.post("/products", product, key).has(409).problem())
                .isEqualTo("outcome-unknown");
    }

    @Test
    void takesOneProofAtATime() {
        String both = "{\"proof\":{\"totp\":\"123456\"},\"password\":\"p\"}";
        member.post("/me/proofs", both).has(422);
        member.post("/me/proofs", "{\"challenge\":\"bwc_" + "0".repeat(64) + "\"}").has(422);
    }

    private Answer refresh(Answer in) {
        return send(
                        "/sessions/refresh",
                        "{\"refreshToken\":\"%s\"}".formatted(in.text("/refreshToken")))
                .has(200);
    }

    private Answer send(String path, String body) {
        return server.anybody().post(path, body);
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
