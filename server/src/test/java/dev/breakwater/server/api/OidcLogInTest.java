/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.firewall.RulesText;
import dev.breakwater.server.oidc.LittleIssuer;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** People who log in through a provider, and those who only seem to (attack list, row OIDC). */
class OidcLogInTest {

    private static final String PAT = "pat@reef.example";
    private static final Pattern CHALLENGE = Pattern.compile("data-challenge=\"(bwc_[0-9a-f]{64})");

    private LittleIssuer issuer;
    private ApiServer server;
    private ApiClient owner;
    private OidcVisitor visitor;
    private String pat;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        issuer = LittleIssuer.start();
        server = new ApiServer(directory, ApiServer.LIMITS, Optional.of(issuer.settings()));
        visitor = new OidcVisitor(server, issuer);
        owner = server.administrator("Reef & Sons");
        pat = server.member(owner, PAT, "operator");
    }

    @AfterEach
    void stop() {
        server.close();
        issuer.close();
    }

    private ApiClient patWithPassword() {
        return server.with(server.logIn(PAT).ok("accessToken"));
    }

    private void linkPat() {
        visitor.link(patWithPassword(), "pat-7").has(200);
    }

    @Test
    void logsInAMemberWhoHasLinkedTheirAccount() {
        ApiClient member = patWithPassword();
        Answer linked = visitor.link(member, "pat-7").has(200);
        assertThat(linked.body()).contains("Linked");
        assertThat(newest("member.identity-linked").details())
                .containsEntry("issuer", issuer.issuer())
                .containsEntry("subject", "pat-7");

        AtomicReference<String> issued = new AtomicReference<>("");
        issuer.forger =
                (claims, key) -> {
                    issued.set(LittleIssuer.sign(claims, key));
                    return issued.get();
                };
        Answer in = visitor.logIn("pat-7").has(200);
        assertThat(issued.get()).startsWith("eyJ");
        assertThat(in.body()).contains("This browser has a session of Somebody.");
        // The provider's tokens have done their work, and go nowhere.
        assertThat(in.body() + in.allHeaders()).doesNotContain("not-looked-at", issued.get());
        assertThat(in.headers("Set-Cookie"))
                .hasSize(4)
                .filteredOn(cookie -> cookie.contains("SameSite=Strict"))
                .hasSize(3);
        String access = cookieOf(in, "__Host-breakwater-access");
        assertThat(server.anybody().get("/me", access).ok("email")).isEqualTo(PAT);
        assertThat(newest("session.begun").details())
                .containsEntry("issuer", issuer.issuer())
                .containsEntry("secondFactor", "none");

        Answer links = member.get("/me/oidc-links").has(200);
        assertThat(links.text("/items/0/subject")).isEqualTo("pat-7");
        member.delete("/me/oidc-links/" + links.text("/items/0/id")).has(204);
        member.delete("/me/oidc-links/" + links.text("/items/0/id")).has(404);
        refused(visitor.logIn("pat-7"), RefusalReason.OIDC_IDENTITY_REFUSED);
    }

    @Test
    void givesTheBrowserALaxCookieThatNoScriptReads() {
        Answer begun = visitor.begin();
        assertThat(begun.headers("Set-Cookie"))
                .singleElement()
                .asString()
                .matches(
                        "__Host-breakwater-oidc=[A-Za-z0-9_-]{43}; Path=/; Secure; SameSite=Lax;"
                                + " Max-Age=600; HttpOnly");
        Answer back = visitor.goOn(begun, "nobody").has(403);
        assertThat(back.headers("Set-Cookie"))
                .singleElement()
                .asString()
                .startsWith("__Host-breakwater-oidc=; ")
                .contains("Max-Age=0");
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

    @Test
    void refusesAMemberWhoIsDisabled() {
        linkPat();
        server.member(owner, "kim@reef.example", "owner");
        owner.post("/members/" + pat + "/disablement").has(200);
        Answer answer = visitor.logIn("pat-7");
        refused(answer, RefusalReason.OIDC_IDENTITY_REFUSED);
        assertThat(newest("api.refused").details()).containsEntry("member", pat);
        // The same to the byte as for somebody nobody knows.
        assertThat(answer.body()).isEqualTo(visitor.logIn("stranger").body());
    }

    @Test
    void refusesWhoeverComesFromWhereTheOrganizationLetsNobodyIn() throws Exception {
        linkPat();
        String elsewhere = "{\"staff\":{\"mode\":\"enforcing\",\"allowed\":[\"192.0.2.0/24\"]}}";
        server.firewall
                .rules()
                .change(
                        OrganizationId.parse(owner.organization()),
                        RulesText.organization(JsonMapper.shared().readTree(elsewhere)),
                        Optional.empty(),
                        new Actor.Person("somebody"),
                        "192.0.2.7");
        Answer answer = visitor.logIn("pat-7").has(403);
        assertThat(details(RefusalReason.FIREWALL_STAFF_NETWORK)).containsEntry("member", pat);
        // Not a word about the member.
        assertThat(answer.body()).isEqualTo(visitor.logIn("stranger").body());
    }

    @Test
    void asksForTheSecondFactorAsAfterAPassword() {
        ApiClient member = patWithPassword();
        TotpApp app = new TotpApp(member, server.clock);
        app.confirm().has(201);
        visitor.link(member, "pat-7").has(200);

        Answer page = visitor.logIn("pat-7").has(200);
        assertThat(page.headers("Set-Cookie")).hasSize(1);
        Matcher challenge = CHALLENGE.matcher(page.body());
        assertThat(challenge.find()).isTrue();
        String proof =
                "{\"challenge\":\"%s\",\"proof\":{\"totp\":\"%s\"},\"asCookies\":true}"
                        .formatted(challenge.group(1), app.code(1));
        Answer in =
                server.anybody().post("/sessions/second-factor", proof, OidcVisitor.OURS).has(201);
        String access = cookieOf(in, "__Host-breakwater-access");
        assertThat(server.anybody().get("/me", access).ok("email")).isEqualTo(PAT);
    }

    @Test
    void holdsBackWhoeverHasNoSecondFactorWhereTheOrganizationDemandsOne() {
        linkPat();
        demandSecondFactor();
        String access = cookieOf(visitor.logIn("pat-7").has(200), "__Host-breakwater-access");
        assertThat(server.anybody().get("/devices", access).has(403).problem())
                .isEqualTo("second-factor-needed");
    }

    private void demandSecondFactor() {
        server.member(owner, "boss@reef.example", "owner");
        ApiClient boss = server.session("boss@reef.example");
        boss.patch(
                        "/organizations/" + boss.organization(),
                        "{\"secondFactorRequired\":true}",
                        "If-Match: *")
                .has(200);
    }

    @Test
    void takesPasswordAndSecondFactorToLink() {
        ApiClient member = patWithPassword();
        member.post("/me/oidc-links", "{\"password\":\"something else\"}").has(403);
        ApiClient later = server.with(freshToken());
        assertThat(OidcVisitor.beginLink(later).has(403).problem()).isEqualTo("step-up-needed");
    }

    /** A session of a member with a factor that has not been proven a short while ago. */
    private String freshToken() {
        String email = "lee@reef.example";
        server.member(owner, email, "operator");
        Answer first = server.logIn(email).has(201);
        ApiClient lee = server.with(first.ok("accessToken"));
        new TotpApp(lee, server.clock).confirm().has(201);
        server.clock.advance(Duration.ofMinutes(11));
        return server.anybody()
                .post(
                        "/sessions/refresh",
                        "{\"refreshToken\":\"" + first.ok("refreshToken") + "\"}")
                .ok("accessToken");
    }

    @Test
    void linksAnIdentityToOneMemberOfAnOrganizationOnly() {
        linkPat();
        server.member(owner, "kim@reef.example", "operator");
        ApiClient kim = server.with(server.logIn("kim@reef.example").ok("accessToken"));
        refused(visitor.link(kim, "pat-7"), RefusalReason.OIDC_LINK_REFUSED);
        refused(visitor.link(patWithPassword(), "pat-8"), RefusalReason.OIDC_LINK_REFUSED);
        assertThat(kim.get("/me/oidc-links").json().at("/items")).isEmpty();
    }

    @Test
    void linksNothingWhenTheSessionHasEnded() {
        Answer session = server.logIn(PAT);
        ApiClient member = server.with(session.ok("accessToken"));
        Answer begun = OidcVisitor.beginLink(member).has(201);
        member.delete("/me/sessions/" + session.text("/session/id")).has(204);
        refused(visitor.goOn(begun, "pat-7"), RefusalReason.OIDC_LINK_REFUSED);
    }

    @Test
    void letsWhoeverBelongsToTwoOrganizationsChoose() {
        linkPat();
        ApiClient other = server.administrator("Other");
        server.member(other, "pat@other.example", "auditor");
        ApiClient member = server.with(server.logIn("pat@other.example").ok("accessToken"));
        visitor.link(member, "pat-7").has(200);
        refused(visitor.logIn("pat-7"), RefusalReason.OIDC_IDENTITY_REFUSED);
        String wish = "{\"organizationId\":\"" + other.organization() + "\"}";
        Answer begun = server.anybody().post("/oidc-log-ins", wish, OidcVisitor.OURS).has(201);
        String access = cookieOf(visitor.goOn(begun, "pat-7").has(200), "__Host-breakwater-access");
        assertThat(server.anybody().get("/me", access).ok("email")).isEqualTo("pat@other.example");
    }

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

    @Test
    void offersNothingWhereNothingIsConfigured(@TempDir Path directory) throws Exception {
        try (ApiServer plain = new ApiServer(directory)) {
            ApiClient anybody = plain.anybody();
            assertThat(anybody.get("/oidc-providers").has(200).json().at("/items")).isEmpty();
            anybody.get("/oidc-log-ins").has(404);
            anybody.post("/oidc-log-ins", "{}", OidcVisitor.OURS).has(404);
            anybody.get("/oidc-log-ins/callback?code=a&state=b").has(404);
            plain.member(plain.administrator("Reef"), PAT, "operator");
            OidcVisitor.beginLink(plain.with(plain.logIn(PAT).ok("accessToken"))).has(404);
        }
        Answer provider = server.anybody().get("/oidc-providers").has(200);
        assertThat(provider.text("/items/0/name")).isEqualTo("Reef ID");
        Answer page = server.anybody().get("/oidc-log-ins").has(200);
        assertThat(page.body())
                .contains("Log in with Reef ID")
                .contains("type=\"password\" autocomplete=\"current-password\"");
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'; script-src 'self'")
                .contains("form-action 'none'; frame-ancestors 'none'");
        assertThat(server.anybody().get("/pages/log-in.js").has(200).body())
                .doesNotContain("innerHTML", "document.write", "eval(", "localStorage");
    }

    private static String cookieOf(Answer answer, String name) {
        String set =
                answer.headers("Set-Cookie").stream()
                        .filter(cookie -> cookie.startsWith(name + "="))
                        .findFirst()
                        .orElseThrow();
        return "Cookie: " + set.substring(0, set.indexOf(';'));
    }

    /** One page for all, and the reason in log and metric. */
    private void refused(Answer answer, RefusalReason reason) {
        answer.has(403);
        assertThat(answer.body())
                .contains("The log-in through the provider did not succeed.")
                .doesNotContain(reason.operatorText());
        assertThat(answer.headers("Set-Cookie")).hasSize(1);
        assertThat(details(reason)).isNotEmpty();
        assertThat(refusals(reason)).isPositive();
    }

    private Map<String, String> details(RefusalReason reason) {
        server.settle();
        AuditEntry newest =
                server.audit.allEntries(Long.MAX_VALUE, 100).stream()
                        .filter(entry -> entry.action().equals("api.refused"))
                        .findFirst()
                        .orElseThrow();
        assertThat(newest.details()).containsEntry("reason", reason.code());
        return newest.details();
    }

    private AuditEntry newest(String action) {
        server.settle();
        return server.audit.allEntries(Long.MAX_VALUE, 100).stream()
                .filter(entry -> entry.action().equals(action))
                .findFirst()
                .orElseThrow();
    }

    private double refusals(RefusalReason reason) {
        return server.meters.find("breakwater.refusals").tag("reason", reason.code()).counters()
                .stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
