/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The URI of a problem's type leads to a page that says what it means. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProblemPagesTest {

    private ApiServer server;
    private ApiClient anybody;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        anybody = server.anybody();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(ProblemType.class)
    void explainsEveryType(ProblemType type) {
        Answer page = at(type.uri()).has(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
        assertThat(page.body())
                .contains("<meta charset=\"utf-8\">")
                .contains(type.title().replace("'", "&#39;"))
                .contains(Integer.toString(type.status()))
                .doesNotContain("<script", "://");
    }

    @Test
    void letsThePageLoadItsStyleAndNothingElse() {
        Answer page = at(ProblemType.NOT_FOUND.uri()).has(200);
        assertThat(page.header("Content-Security-Policy"))
                .isEqualTo(
                        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none';"
                                + " frame-ancestors 'none'");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        Answer style = at("/api/v1/pages/style.css").has(200);
        assertThat(style.header("Content-Type")).isEqualTo("text/css;charset=utf-8");
        assertThat(style.body()).doesNotContain("url(", "@import", "://");
    }

    @Test
    void leadsFromARefusalToItsPage() {
        Answer refused = anybody.get("/devices").has(401);
        assertThat(at(refused.text("/type")).has(200).body()).contains(refused.text("/title"));
    }

    @Test
    void knowsNoOtherType() {
        anybody.get("/problems/no-such-type").has(400);
        anybody.get("/problems").has(404);
    }

    @Test
    void standsInTheDocumentWithEveryType() {
        JsonNode document = anybody.get("/openapi.json").json();
        assertThat(
                        document.at("/components/parameters/problemType/schema/enum")
                                .valueStream()
                                .map(JsonNode::asString))
                .containsExactlyElementsOf(
                        Arrays.stream(ProblemType.values()).map(ProblemType::code).toList());
    }

    private Answer at(String uri) {
        return anybody.get(uri.substring("/api/v1".length()));
    }
}
