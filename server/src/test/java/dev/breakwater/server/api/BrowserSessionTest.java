/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions in a browser: cookies that only our own pages can use (attack list, row CSRF). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserSessionTest {

    private static final String PAT = "pat@reef.example";
    private static final String OURS = "Sec-Fetch-Site: same-origin";
    private static final String LOG_IN =
            "{\"email\":\"%s\",\"password\":\"%s\",\"asCookies\":true}"
                    .formatted(PAT, ApiServer.PASSWORD);

    private ApiServer server;
    private ApiClient anybody;
    private Answer in;
    private Map<String, String> cookies = new TreeMap<>();

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        anybody = server.anybody();
        server.member(server.administrator("Reef & Sons"), PAT, "owner");
        in = anybody.post("/sessions", LOG_IN, OURS).has(201);
        cookies = cookies(in);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void givesTheTokensAsCookiesThatNoScriptAndNoOtherSiteCanUse() {
        assertThat(in.body()).doesNotContain("accessToken\"").doesNotContain("refreshToken");
        List<String> set = in.headers("Set-Cookie");
        assertThat(set)
                .hasSize(4)
                .allMatch(cookie -> cookie.startsWith("__Host-breakwater-"))
                .allMatch(cookie -> cookie.contains("; Path=/; Secure; SameSite=Strict; Max-Age="))
                .noneMatch(cookie -> cookie.contains("Domain"));
        assertThat(set)
                .filteredOn(cookie -> cookie.endsWith("; HttpOnly"))
                .extracting(cookie -> cookie.substring(0, cookie.indexOf('=')))
                .containsExactly(
                        "__Host-breakwater-access",
                        "__Host-breakwater-refresh",
                        "__Host-breakwater-known");
        assertThat(anybody.get("/me", cookie()).ok("email")).isEqualTo(PAT);
    }

    @Test
    void givesTheTokensInTheBodyToWhoeverDoesNotAskForCookies() {
        Answer plain = server.logIn(PAT).has(201);
        assertThat(plain.headers("Set-Cookie")).isEmpty();
        assertThat(plain.text("/accessToken")).isNotEmpty();
    }

    @Test
    void takesAWriteFromOurPageWithTheCsrfToken() {
        anybody.post("/products", "{\"name\":\"P\"}", cookie(), OURS, csrf()).has(201);
        anybody.post(
                        "/products",
                        "{\"name\":\"Q\"}",
                        cookie(),
                        "Origin: https://localhost:8443",
                        csrf())
                .has(201);
    }

    @Test
    void refusesAWriteByCookieThatLacksAnyOfIt() {
        int before = products();
        String another = "Breakwater-CSRF: " + "0".repeat(64);
        for (String[] headers :
                List.of(
                        new String[] {cookie(), OURS},
                        new String[] {cookie(), csrf()},
                        new String[] {cookie(), OURS, another},
                        new String[] {cookie(), csrf(), "Sec-Fetch-Site: cross-site"},
                        new String[] {cookie(), csrf(), "Sec-Fetch-Site: same-site"},
                        new String[] {cookie(), csrf(), "Origin: https://evil.example"},
                        new String[] {cookie(), csrf(), "Origin: http://localhost:8443"},
                        new String[] {cookie(), csrf(), "Origin: null"},
                        new String[] {cookie(), csrf(), OURS, "Origin: https://evil.example"})) {
            double refusals = refusals();
            Answer answer = anybody.post("/products", "{\"name\":\"X\"}", headers).has(403);
            assertThat(answer.problem()).as(String.join(", ", headers)).isEqualTo("cross-site");
            assertThat(refusals()).isEqualTo(refusals + 1);
        }
        assertThat(products()).isEqualTo(before);
    }

    Stream<Operation> unsafe() {
        return server.api.contract().operations().stream().filter(operation -> !operation.isSafe());
    }

    /** Whatever the credential: a token too, for a page of another site has no business here. */
    @ParameterizedTest
    @MethodSource("unsafe")
    void refusesWhateverAnotherSitesPageSends(Operation operation) {
        ApiClient owner = server.with(server.logIn(PAT).ok("accessToken"));
        String path =
                operation
                        .path()
                        .replaceAll("\\{[a-zA-Z]+}", "00000000-0000-7000-8000-000000000000")
                        .substring("/api/v1".length());
        for (String header :
                List.of(
                        "Sec-Fetch-Site: cross-site",
                        "Sec-Fetch-Site: same-site",
                        "Origin: https://evil.example",
                        "Origin: null")) {
            for (ApiClient client : List.of(owner, anybody)) {
                Answer answer = client.send(operation.method(), path, ApiClient.JSON, "{}", header);
                assertThat(answer.has(403).problem()).as(header).isEqualTo("cross-site");
            }
        }
    }

    @Test
    void showsNothingToAnotherSitesPage() {
        anybody.get("/me", cookie(), "Sec-Fetch-Site: cross-site").has(403);
        anybody.get("/me", cookie(), "Sec-Fetch-Site: none").has(200);
    }

    @Test
    void logsNobodyInForAnotherSitesPage() {
        assertThat(anybody.post("/sessions", LOG_IN).has(403).problem()).isEqualTo("cross-site");
        anybody.post("/sessions", LOG_IN, "Sec-Fetch-Site: cross-site").has(403);
    }

    @Test
    void goesOnByCookieAndForgetsItAtTheEnd() {
        Map<String, String> own = cookies(anybody.post("/sessions", LOG_IN, OURS).has(201));
        Answer next = anybody.post("/sessions/refresh", "{}", OURS, cookie(own)).has(200);
        assertThat(next.body()).doesNotContain("refreshToken");
        Map<String, String> after = cookies(next);
        assertThat(after.get("__Host-breakwater-csrf"))
                .isEqualTo(own.get("__Host-breakwater-csrf"));
        anybody.post("/sessions/refresh", "{}", cookie(after)).has(403);

        String session = next.text("/session/id");
        String csrf = "Breakwater-CSRF: " + after.get("__Host-breakwater-csrf");
        Answer end = anybody.delete("/me/sessions/" + session, cookie(after), OURS, csrf).has(204);
        assertThat(end.headers("Set-Cookie")).hasSize(3).allMatch(c -> c.contains("Max-Age=0"));
        anybody.get("/me", cookie(after)).has(401);
        // The old refresh token came back: it is no way in, and its cookies go.
        Answer replay = anybody.post("/sessions/refresh", "{}", OURS, cookie(own)).has(403);
        assertThat(replay.headers("Set-Cookie")).hasSize(3);
    }

    @Test
    void givesOtherCookiesToWhoeverProvesASecondFactor() {
        Map<String, String> own = cookies(anybody.post("/sessions", LOG_IN, OURS).has(201));
        String wish = "{\"name\":\"App\",\"password\":\"%s\"}".formatted(ApiServer.PASSWORD);
        String csrf = "Breakwater-CSRF: " + own.get("__Host-breakwater-csrf");
        Answer begun = anybody.post("/me/totp", wish, cookie(own), OURS, csrf).has(201);
        TotpApp app = new TotpApp(anybody, server.clock, begun);
        String path = "/me/factors/" + app.factorId() + "/confirmation";
        String shown = "{\"totp\":\"" + app.code(0) + "\"}";
        Answer confirmed = anybody.post(path, shown, cookie(own), OURS, csrf).has(201);
        assertThat(confirmed.body()).doesNotContain("accessToken\"").doesNotContain("refreshToken");
        Map<String, String> after = cookies(confirmed);
        assertThat(after).hasSize(3);
        after.forEach((name, value) -> assertThat(value).isNotEqualTo(own.get(name)));
        anybody.get("/me", cookie(own)).has(401);
        anybody.get("/me", cookie(after)).has(200);
        String next = "Breakwater-CSRF: " + after.get("__Host-breakwater-csrf");
        anybody.delete("/me/factors/" + app.factorId(), cookie(after), OURS, csrf).has(403);
        anybody.delete("/me/factors/" + app.factorId(), cookie(after), OURS, next).has(204);
    }

    @Test
    void saysWhatIsMissingToWhoeverHasNoRefreshTokenAtAll() {
        Answer answer = anybody.post("/sessions/refresh", "{}", OURS).has(422);
        assertThat(answer.text("/errors/0/pointer")).isEqualTo("/refreshToken");
    }

    @Test
    void refusesACookieThatIsThereTwice() {
        String access = "__Host-breakwater-access=";
        anybody.get("/me", "Cookie: " + access + "x; " + access + "y").has(400);
        anybody.get("/me", "Cookie: " + access + "x").has(401);
    }

    @Test
    void letsATokenCountAndNotTheCookieBesideIt() {
        ApiClient broken = server.with("bwt_nonsense");
        broken.get("/me", cookie()).has(401);
    }

    private int products() {
        return anybody.get("/products", cookie()).has(200).json().at("/items").size();
    }

    private String cookie() {
        return cookie(cookies);
    }

    private static String cookie(Map<String, String> jar) {
        StringBuilder header = new StringBuilder("Cookie: other=1");
        jar.forEach((name, value) -> header.append("; ").append(name).append('=').append(value));
        return header.toString();
    }

    private String csrf() {
        return "Breakwater-CSRF: " + cookies.get("__Host-breakwater-csrf");
    }

    private static Map<String, String> cookies(Answer answer) {
        Map<String, String> jar = new TreeMap<>();
        for (String set : answer.headers("Set-Cookie")) {
            int equals = set.indexOf('=');
            jar.put(set.substring(0, equals), set.substring(equals + 1, set.indexOf(';')));
        }
        return jar;
    }

    private double refusals() {
        return server
                .meters
                .find("breakwater.refusals")
                .tag("reason", RefusalReason.CROSS_SITE.code())
                .counters()
                .stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
