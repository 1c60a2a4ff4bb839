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

/** A stranger who fails on purpose, and the member who has logged in before from where they sit. */
class KnownSourceTest {

    private static final String PAT = "pat@reef.example";
    private static final String OURS = "Sec-Fetch-Site: same-origin";
    private static final String NEXT = "a heron above the weir, 5";

    private ApiServer server;
    private ApiClient owner;
    private String pat = "";

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
    void letsAKnownSourcePastTheDelaysThatStrangersCause() {
        Answer in = server.logIn(PAT).has(201);
        String known = in.text("/knownSource");
        assertThat(known).matches("bwk_[0-9a-f]{64}");
        strangerFails();

        int before = refusals(RefusalReason.LOG_IN_TOO_OFTEN);
        server.logIn(PAT).has(429);
        from("bwk_" + "0".repeat(64), ApiServer.PASSWORD).has(429);
        assertThat(refusals(RefusalReason.LOG_IN_TOO_OFTEN)).isEqualTo(before + 2);
        Answer past = from(known, ApiServer.PASSWORD).has(201);
        assertThat(past.body()).doesNotContain("knownSource");
        // The stranger has gained nothing by it.
        server.logIn(PAT).has(429);
    }

    @Test
    void makesAKnownSourceWaitForItsOwnFailuresOnly() {
        String known = server.logIn(PAT).ok("knownSource");
        String other = server.logIn(PAT).ok("knownSource");
        for (int i = 0; i < 4; i++) {
            from(known, "guess number " + i).has(403);
        }
        from(known, ApiServer.PASSWORD).has(429);
        from(other, ApiServer.PASSWORD).has(201);
        server.logIn(PAT).has(201);
        server.clock.advance(Duration.ofMinutes(1));
        from(known, ApiServer.PASSWORD).has(201);
    }

    @Test
    void isKnownForItsMemberOnly() {
        server.member(owner, "lee@reef.example", "operator");
        String lees = server.logIn("lee@reef.example").ok("knownSource");
        strangerFails();
        from(lees, ApiServer.PASSWORD).has(429);
    }

    @Test
    void forgetsWhatWasNotUsedForLongOrIsOneTooMany() {
        String old = server.logIn(PAT).ok("knownSource");
        server.clock.advance(Duration.ofDays(60));
        from(old, ApiServer.PASSWORD).has(201);
        server.clock.advance(Duration.ofDays(60));
        strangerFails();
        from(old, ApiServer.PASSWORD).has(201);
        server.clock.advance(Duration.ofDays(90));
        strangerFails();
        from(old, ApiServer.PASSWORD).has(429);

        server.clock.advance(Duration.ofHours(2));
        String first = server.logIn(PAT).ok("knownSource");
        for (int i = 0; i < 10; i++) {
            server.clock.advance(Duration.ofSeconds(1));
            server.logIn(PAT).has(201);
        }
        strangerFails();
        from(first, ApiServer.PASSWORD).has(429);
    }

    @Test
    void isForgottenWithThePasswordWithAllOtherSessionsAndWithTheMember() {
        Answer in = server.logIn(PAT).has(201);
        ApiClient member = server.with(in.text("/accessToken"));
        member.delete("/me/sessions").has(204);
        strangerFails();
        from(in.text("/knownSource"), ApiServer.PASSWORD).has(429);

        server.clock.advance(Duration.ofHours(2));
        Answer second = server.logIn(PAT).has(201);
        server.with(second.text("/accessToken"))
                .post("/me/password", change(ApiServer.PASSWORD))
                .has(204);
        strangerFails();
        from(second.text("/knownSource"), NEXT).has(429);

        server.clock.advance(Duration.ofHours(2));
        String third = server.logIn(PAT, NEXT).ok("knownSource");
        owner.post("/members/" + pat + "/disablement").has(200);
        owner.post("/members/" + pat + "/enablement").has(200);
        strangerFails();
        from(third, NEXT).has(429);
    }

    @Test
    void letsAMemberShowThePasswordInASessionWhateverStrangersDo() {
        ApiClient member = server.with(server.logIn(PAT).ok("accessToken"));
        ApiClient other = server.with(server.logIn(PAT).ok("accessToken"));
        strangerFails();
        for (int i = 0; i < 4; i++) {
            other.post("/me/password", change("guess " + i)).has(403);
        }
        other.post("/me/password", change(ApiServer.PASSWORD)).has(429);
        member.post("/me/password", change(ApiServer.PASSWORD)).has(204);
    }

    private static String change(String password) {
        return "{\"password\":\"%s\",\"newPassword\":\"%s\"}".formatted(password, NEXT);
    }

    @Test
    void isACookieOfABrowserThatOutlivesTheSession() {
        String right =
                "{\"email\":\"%s\",\"password\":\"%s\",\"asCookies\":true}"
                        .formatted(PAT, ApiServer.PASSWORD);
        Answer in = server.anybody().post("/sessions", right, OURS).has(201);
        assertThat(in.body()).doesNotContain("knownSource");
        String set =
                in.headers("Set-Cookie").stream()
                        .filter(one -> one.startsWith("__Host-breakwater-known="))
                        .findFirst()
                        .orElseThrow();
        assertThat(set)
                .contains("; Path=/; Secure; SameSite=Strict; Max-Age=7776000; HttpOnly")
                .matches("[^=]+=bwk_[0-9a-f]{64};.*");
        String cookie = "Cookie: " + set.substring(0, set.indexOf(';'));
        strangerFails();
        server.anybody().post("/sessions", right, OURS).has(429);
        server.anybody().post("/sessions", right, cookie).has(403);
        server.anybody().post("/sessions", right, OURS, cookie).has(201);
        // A cookie alone is what any page could have sent along.
        server.anybody()
                .post("/sessions", right.replace(",\"asCookies\":true", ""), OURS, cookie)
                .has(429);
    }

    private void strangerFails() {
        for (int i = 0; i < 4; i++) {
            server.logIn(PAT, "guess number " + i).has(403);
        }
    }

    private Answer from(String known, String password) {
        return server.anybody()
                .post(
                        "/sessions",
                        "{\"email\":\"%s\",\"password\":\"%s\",\"knownSource\":\"%s\"}"
                                .formatted(PAT, password, known));
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
