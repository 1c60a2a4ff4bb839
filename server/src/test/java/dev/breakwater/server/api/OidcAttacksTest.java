/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.oidc.LittleIssuer;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers of a provider that are not what they seem (attack list, row OIDC). */
class OidcAttacksTest extends OidcScene {

    @Test
    void takesAnAnswerOnce() {
        linkPat();
        Answer begun = visitor.begin();
        String query = visitor.visit(begun, "pat-7");
        visitor.comeBack(query, OidcVisitor.cookie(begun)).has(200);
        refused(
                visitor.comeBack(query, OidcVisitor.cookie(begun)),
                RefusalReason.OIDC_STATE_REFUSED);
    }

    /** Somebody has a browser follow a link that ends in the attacker's log-in (log-in CSRF). */
    @Test
    void refusesAnAnswerInAnotherBrowser() {
        linkPat();
        for (String cookie :
                List.of("Accept: */*", OidcVisitor.cookie(visitor.begin()), "Cookie: a=b")) {
            refused(
                    visitor.comeBack(visitor.visit(visitor.begin(), "pat-7"), cookie),
                    RefusalReason.OIDC_BROWSER_REFUSED);
        }
    }

    @Test
    void refusesAnAnswerThatComesTooLate() {
        linkPat();
        Answer begun = visitor.begin();
        server.clock.advance(Duration.ofMinutes(10));
        refused(visitor.goOn(begun, "pat-7"), RefusalReason.OIDC_STATE_REFUSED);
    }

    /** An answer of another provider, or of ours with another's name on it (mix-up). */
    @Test
    void refusesAnAnswerOfAnotherIssuer() {
        linkPat();
        for (String iss : List.of("&iss=https://evil.example", "")) {
            Answer begun = visitor.begin();
            String query = visitor.visit(begun, "pat-7").replaceFirst("&iss=[^&]*", iss);
            refused(
                    visitor.comeBack(query, OidcVisitor.cookie(begun)),
                    RefusalReason.OIDC_ISSUER_REFUSED);
        }
    }

    @Test
    void refusesACodeThatBelongsToAnotherLogIn() {
        linkPat();
        Answer mine = visitor.begin();
        Answer theirs = visitor.begin();
        String stolen = visitor.visit(theirs, "pat-7").replaceFirst("&state=.*", "");
        String own = visitor.visit(mine, "thief").replaceFirst("\\?code=[^&]*", "");
        refused(
                visitor.comeBack(stolen + own, OidcVisitor.cookie(mine)),
                RefusalReason.OIDC_CODE_REFUSED);
    }

    @Test
    void refusesAForgedToken() {
        linkPat();
        issuer.forger = (claims, key) -> LittleIssuer.sign(claims.audience("another"), key);
        refused(visitor.logIn("pat-7"), RefusalReason.OIDC_TOKEN_REFUSED);
    }

    @Test
    void tellsWhatTheProviderRefusedToTheOperatorOnly() {
        Answer begun = visitor.begin();
        String state = visitor.visit(begun, "x").replaceFirst("\\?code=[^&]*&", "");
        Answer answer =
                visitor.comeBack(
                        "?error=access_denied&error_description=no+such+thing&" + state,
                        OidcVisitor.cookie(begun));
        refused(answer, RefusalReason.OIDC_CODE_REFUSED);
        assertThat(details(RefusalReason.OIDC_CODE_REFUSED).get("why")).contains("access_denied");
        assertThat(answer.body()).doesNotContain("access_denied").doesNotContain("no such thing");
    }

    @Test
    void refusesToBeginForAnotherSitesPageOrForNone() {
        for (String header : List.of("Sec-Fetch-Site: cross-site", "Accept: */*")) {
            Answer answer = server.anybody().post("/oidc-log-ins", "{}", header).has(403);
            assertThat(answer.problem()).isEqualTo("cross-site");
            assertThat(answer.headers("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void letsASourceThatFailsWait() {
        for (int i = 0; i < 20; i++) {
            refused(visitor.comeBack("", "Accept: */*"), RefusalReason.OIDC_STATE_REFUSED);
        }
        Answer answer = visitor.comeBack("", "Accept: */*").has(429);
        assertThat(answer.problem()).isEqualTo("attempt-too-soon");
        assertThat(details(RefusalReason.LOG_IN_TOO_OFTEN)).isNotEmpty();
    }

    @Test
    void saysThatTheProviderCannotBeReached() {
        issuer.close();
        Answer answer = server.anybody().post("/oidc-log-ins", "{}", OidcVisitor.OURS).has(503);
        assertThat(answer.problem()).isEqualTo("provider-unavailable");
        assertThat(details(RefusalReason.OIDC_PROVIDER_UNAVAILABLE).get("why")).isNotBlank();
        assertThat(refusals(RefusalReason.OIDC_PROVIDER_UNAVAILABLE)).isPositive();
    }

    /** Whatever the provider says of an address: it makes nobody a member, and links nobody. */
    @Test
    void refusesWhoeverIsNotLinkedThoughTheAddressBeAMembers() {
        issuer.forger =
                (claims, key) ->
                        LittleIssuer.sign(
                                claims.claim("email", PAT).claim("email_verified", true), key);
        refused(visitor.logIn("pat-7"), RefusalReason.OIDC_IDENTITY_REFUSED);
        assertThat(owner.get("/members").json().at("/items")).hasSize(1);
    }
}
