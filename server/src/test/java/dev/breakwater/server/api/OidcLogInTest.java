/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.firewall.RulesText;
import dev.breakwater.server.oidc.LittleIssuer;
import dev.breakwater.server.oidc.ProviderSettings;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** People who log in through a provider: how they come to it, and what it is worth. */
class OidcLogInTest extends OidcScene {

    private static final Pattern CHALLENGE = Pattern.compile("data-challenge=\"(bwc_[0-9a-f]{64})");

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

    /** It lets in, and is no step-up: how long ago the provider saw the factor is not known. */
    @Test
    void takesTheProvidersWordForASecondFactorWhereTheOperatorSaysSo(@TempDir Path directory)
            throws Exception {
        ProviderSettings trusting =
                issuer.settings(new ProviderSettings.SecondFactorTrust(true, Optional.empty()));
        try (ApiServer other = new ApiServer(directory, ApiServer.LIMITS, Optional.of(trusting))) {
            ApiClient admin = other.administrator("Reef & Sons");
            OidcVisitor there = new OidcVisitor(other, issuer);
            other.member(admin, PAT, "owner");
            there.link(other.with(other.logIn(PAT).ok("accessToken")), "pat-7").has(200);
            String path = "/organizations/" + admin.organization();
            admin.patch(path, "{\"secondFactorRequired\":true}", "If-Match: *").has(200);
            ApiClient anybody = other.anybody();

            String without = cookieOf(there.logIn("pat-7").has(200), "__Host-breakwater-access");
            assertThat(anybody.get("/devices", without).has(403).problem())
                    .isEqualTo("second-factor-needed");
            issuer.forger =
                    (claims, key) -> LittleIssuer.sign(claims.claim("amr", List.of("mfa")), key);
            Answer in = there.logIn("pat-7").has(200);
            String with = cookieOf(in, "__Host-breakwater-access");
            anybody.get("/devices", with).has(200);
            String csrf = cookieOf(in, "__Host-breakwater-csrf");
            Answer dangerous =
                    anybody.post(
                            "/tokens",
                            "{\"name\":\"t\",\"role\":\"auditor\"}",
                            with,
                            OidcVisitor.OURS,
                            "Breakwater-CSRF: " + csrf.substring(csrf.indexOf('=') + 1));
            assertThat(dangerous.has(403).problem()).isEqualTo("step-up-needed");
        }
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
        Answer confirmed = new TotpApp(lee, server.clock).confirm().has(201);
        server.clock.advance(Duration.ofMinutes(11));
        return server.anybody()
                .post(
                        "/sessions/refresh",
                        "{\"refreshToken\":\"" + confirmed.text("/tokens/refreshToken") + "\"}")
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
}
