/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.api.page.StrictHtml;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.organization.OrganizationId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages for owners and buyers, who have no account, and what makers state for them. */
final class OwnerPagesTest {

    private static final String KEY = ApiExamples.ENTERED_KEY;
    private static final String STATED =
            "{\"name\":\"Tank <b>\",\"keeps\":[],\"supportedUntil\":\"2031-12-31\"}";

    @TempDir Path directory;
    private ApiServer server;
    private ApiClient maker;
    private ApiClient anybody;
    private String product;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer(directory);
        maker = server.administrator("Reef & Sons");
        anybody = server.anybody();
        product = maker.post("/products", "{\"name\":\"Secret plan\"}").ok("id");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void showsEverybodyWhatTheMakerStates() {
        Answer stated = state(STATED, "If-Match: *").has(200);
        assertThat(stated.text("/page")).isEqualTo("/guides/" + product);
        Answer page = anybody.get(stated.text("/page")).has(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
        assertThat(read(page).text()).contains("Tank <b>", "31 December 2031");
        assertThat(page.body()).doesNotContain("Secret plan", "Reef");
        assertThat(page.headers("Set-Cookie")).isEmpty();
        assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.header("Content-Security-Policy"))
                .matches(
                        "default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none';"
                                + " form-action 'none'; frame-ancestors 'none'");
    }

    @Test
    void notesWhoStatedWhat() {
        state(STATED, "If-Match: *").has(200);
        server.settle();
        AuditEntry entry =
                server.audit
                        .entries(OrganizationId.parse(maker.organization()), Long.MAX_VALUE, 1)
                        .getFirst();
        assertThat(entry.action()).isEqualTo("product.guidance-changed");
        assertThat(entry.details())
                .containsEntry("stated", "name keeps supportedUntil")
                .containsEntry("supported-until", "2031-12-31");
    }

    @Test
    void replacesOnlyWhatWasRead() {
        String path = "/products/" + product + "/guidance";
        Answer empty = maker.get(path).has(200);
        assertThat(empty.json().path("guidance")).isEmpty();
        assertThat(state(STATED).has(428).problem()).isEqualTo("precondition-needed");
        Answer stated = state(STATED, "If-Match: " + empty.header("ETag")).has(200);
        assertThat(state("{}", "If-Match: " + empty.header("ETag")).has(412).problem())
                .isEqualTo("version-mismatch");
        assertThat(
                        state("{}", "If-Match: " + stated.header("ETag"))
                                .has(200)
                                .json()
                                .path("guidance"))
                .isEmpty();
    }

    /** Anybody may ask for any id: it must not tell who has which products. */
    @Test
    void showsAProductWithoutGuidanceLikeNone() {
        Answer nothing = anybody.get("/guides/" + product).has(200);
        Answer nowhere = anybody.get("/guides/" + UUID.randomUUID()).has(200);
        state(STATED, "If-Match: *").has(200);
        state("{}", "If-Match: *").has(200);
        Answer cleared = anybody.get("/guides/" + product).has(200);
        for (Answer other : List.of(nowhere, cleared)) {
            assertThat(other.body()).isEqualTo(nothing.body());
            assertThat(other.header("ETag")).isEqualTo(nothing.header("ETag"));
        }
        assertThat(read(nothing).text()).contains("Nothing has been stated here");
        anybody.get("/guides/tank").has(400);
    }

    @Test
    void isKeptByACacheUntilItChanges() {
        String page = "/guides/" + product;
        Answer first = anybody.get(page).has(200);
        assertThat(first.header("Cache-Control")).isEqualTo("public, max-age=300");
        String known = "If-None-Match: " + first.header("ETag");
        Answer same = anybody.get(page, known).has(304);
        assertThat(same.header("Content-Security-Policy"))
                .isEqualTo(first.header("Content-Security-Policy"));
        assertThat(same.header("Cache-Control")).isEqualTo("public, max-age=300");
        state(STATED, "If-Match: *").has(200);
        anybody.get(page, known).has(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"a\\u202Eb\"}                          | /name",
                "{\"maker\":\"  \"}                               | /maker",
                "{\"guarding\":\"a\\u2066b\"}                      | /guarding",
                "{\"guarding\":\"\\n \"}                           | /guarding",
                "{\"erasingByHand\":\"a\\u0007\"}                  | /erasingByHand",
                "{\"moreAt\":\"javascript:alert(1)\"}             | /moreAt",
                "{\"moreAt\":\"mailto:a@example.org\"}            | /moreAt",
                "{\"securityContact\":\"http://example.org\"}     | /securityContact",
                "{\"securityContact\":\"https://a@example.org\"}  | /securityContact",
                "{\"supportedUntil\":\"2031-02-30\"}              | /supportedUntil",
                "{\"language\":\"en\\\" onclick=\"}                 | /language",
                "{\"keeps\":[{\"name\":\"A b\",\"purpose\":\"p\",\"sensitivity\":\"secret\"}]} | /keeps/0/name",
                "{\"keeps\":[{\"name\":\"a\",\"purpose\":\"p\",\"sensitivity\":\"high\"}]}   | /keeps/0/sensitivity",
                "{\"talksTo\":[{\"who\":\"a\",\"host\":\"a b\",\"purpose\":\"p\"}]}         | /talksTo/0/host",
            })
    void refusesWhatNoOwnerShouldRead(String body, String pointer) {
        Answer refused = state(body, "If-Match: *").has(422);
        assertThat(refused.text("/errors/0/pointer")).isEqualTo(pointer);
        assertThat(counted()).isPositive();
    }

    @Test
    void boundsEveryText() {
        state("{\"guarding\":\"%s\"}".formatted("ü\\n".repeat(2_000)), "If-Match: *").has(200);
        state("{\"guarding\":\"%s\"}".formatted("x".repeat(4_001)), "If-Match: *").has(422);
        String item = "{\"name\":\"a\",\"purpose\":\"p\",\"sensitivity\":\"secret\"}";
        String items = item + ("," + item).repeat(64);
        state("{\"keeps\":[" + items + "]}", "If-Match: *").has(422);
    }

    @Test
    void asksByAFormThatGoesNowhereElse() {
        Answer page = anybody.get("/checks").has(200);
        StrictHtml html = read(page);
        assertThat(html.named("form"))
                .hasSize(2)
                .allMatch(form -> "post".equals(form.attributes().get("method")))
                .allMatch(form -> "/checks".equals(form.attributes().get("action")));
        assertThat(html.values("for")).containsExactly("label", "serial", "key");
        assertThat(html.values("id")).contains("label", "serial", "key");
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none';", "form-action 'self';")
                .doesNotContain("script", "unsafe");
        assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.headers("Set-Cookie")).isEmpty();
        assertThat(html.named("script")).isEmpty();
        anybody.get("/checks?serial=TANK-1").has(400);
    }

    @Test
    void tellsABuyerHowADeviceStandsAndNothingElse() throws Exception {
        DeviceId device = server.device(maker, "TANK-1");
        product = maker.get("/devices/" + device).ok("product");
        enter("TANK-1", KEY);
        assertThat(heading(ask(parts("TANK-1", KEY)).has(200))).isEqualTo("Free");
        String pat = server.member(maker, "pat@reef.example", "device-owner");
        String owners = "/devices/" + device + "/owners";
        maker.post(owners, "{\"memberId\":\"" + pat + "\"}").has(201);
        server.member(maker, "kim@reef.example", "device-owner");
        String code =
                logIn("pat@reef.example").post("/me/devices/" + device + "/transfers").ok("code");
        logIn("kim@reef.example")
                .post("/device-transfers/acceptance", "{\"code\":\"" + code + "\"}")
                .has(201);
        Answer owned = ask(parts("TANK-1", KEY)).has(200);
        assertThat(heading(owned)).isEqualTo("Owned");
        assertThat(owned.body()).doesNotContain("TANK-1", KEY, "pat@", "kim@", device.toString());
        assertThat(owned.header("Cache-Control")).isEqualTo("no-store");
        assertThat(owned.headers("Set-Cookie")).isEmpty();
    }

    private ApiClient logIn(String email) {
        return server.with(server.logIn(email).ok("accessToken"));
    }

    @Test
    void readsTheTextOfALabelAsAPhoneShowsIt() {
        enter("TANK-2", KEY);
        String label =
                new SetupLabel(
                                "Tank & é",
                                "a secret passphrase",
                                new DeviceSerial("TANK-2"),
                                new SetupKeyHash(KEY))
                        .text();
        for (String pasted : List.of(label, " " + label + "\r\n")) {
            Answer free = ask("label=" + encoded(pasted)).has(200);
            assertThat(heading(free)).isEqualTo("Free");
            assertThat(free.body()).doesNotContain("TANK-2", KEY, "passphrase\"", "Tank");
        }
    }

    /** Whoever has half a label must not learn that the half is right. */
    @Test
    void tellsAWrongKeyNotFromAWrongSerial() {
        enter("TANK-3", KEY);
        String otherKey = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
        Answer wrongKey = ask(parts("TANK-3", otherKey)).has(404);
        Answer wrongSerial = ask(parts("TANK-4", KEY)).has(404);
        assertThat(heading(wrongKey)).isEqualTo("Not known here");
        assertThat(wrongSerial.body()).isEqualTo(wrongKey.body());
        assertThat(wrongSerial.names()).isEqualTo(wrongKey.names());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "label=hello",
                "label=breakwater%3Asetup%3Fv%3D1%26s%3DTANK-1",
                "label=breakwater%3Asetup%3Fv%3D1%26n%3D%25zz",
                "label=%3Cscript%3E",
                "label=",
                "serial=TANK-1",
                "serial=TANK-1&key=short",
                "serial=%3Cb%3E&key=" + KEY,
            })
    void saysThatSomethingIsNoLabel(String form) {
        Answer refused = ask(form).has(422);
        assertThat(heading(refused)).isEqualTo("That is not a label");
        assertThat(refused.body()).doesNotContain("hello", "<script", "<b>");
    }

    @ParameterizedTest
    @CsvSource({
        "label=a&label=b, 400, body-malformed",
        "shape=round,     422, body-refused",
        "label,           400, body-malformed",
    })
    void takesTheFormsOfThePageAndNoOther(String form, int status, String problem) {
        assertThat(ask(form).has(status).problem()).isEqualTo(problem);
        assertThat(ask("label=" + "x".repeat(601)).has(422).problem()).isEqualTo("body-refused");
        Answer json = anybody.post("/checks", "{\"label\":\"x\"}");
        assertThat(json.has(415).problem()).isEqualTo("media-type-refused");
        assertThat(counted()).isGreaterThanOrEqualTo(3);
    }

    /**
     * A browser that is told to send no referrer sends "null" as the origin of a form, and the
     * question is no wish that another site's page could gain by.
     */
    @Test
    void answersAFormWhoseOriginTheBrowserKeepsToItself() {
        enter("TANK-5", KEY);
        for (String header : List.of("Origin: null", "Sec-Fetch-Site: cross-site")) {
            Answer answer =
                    anybody.send("POST", "/checks", ApiClient.FORM, parts("TANK-5", KEY), header);
            assertThat(heading(answer.has(200))).isEqualTo("Free");
            assertThat(answer.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
            assertThat(answer.names()).doesNotContain("access-control-allow-origin");
        }
        assertThat(server.api.contract().operations())
                .filteredOn(operation -> operation.isSafe() && !operation.method().equals("GET"))
                .extracting(Operation::id)
                .containsExactly("checkLabel");
    }

    private Answer state(String guidance, String... headers) {
        return maker.put("/products/" + product + "/guidance", guidance, headers);
    }

    private void enter(String serial, String key) {
        String label =
                "{\"product\":\"%s\",\"serial\":\"%s\",\"setupKeyHash\":\"%s\"}"
                        .formatted(product, serial, key);
        maker.post("/device-labels", label).has(201);
    }

    private Answer ask(String form) {
        return anybody.send("POST", "/checks", ApiClient.FORM, form);
    }

    private static String parts(String serial, String key) {
        return "serial=" + serial + "&key=" + key;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static StrictHtml read(Answer page) {
        return StrictHtml.of(page.response().body());
    }

    private static String heading(Answer page) {
        String body = page.body();
        assertThat(read(page).named("h1")).hasSize(1);
        return body.substring(body.indexOf("<h1>") + 4, body.indexOf("</h1>"));
    }

    private double counted() {
        return server.meters
                .get("breakwater.refusals")
                .tags("where", "api", "reason", "request-outside-contract")
                .counter()
                .count();
    }
}
