/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.contract.Contract;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.api.page.ReferencePage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference that the server renders of its own document. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReferencePageTest {

    private static final Pattern LOADS = Pattern.compile("(?:src|href)=\"([^\"]*)\"");
    private static final Pattern EXAMPLE = Pattern.compile("  -d '(.*)'");

    private ApiServer server;
    private Answer answer;
    private String page;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        answer = server.anybody().get("/reference").has(200);
        page = answer.body();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    Stream<Operation> all() {
        return server.api.contract().operations().stream();
    }

    Stream<Operation> takingJson() {
        return all().filter(Operation::takesBody)
                .filter(operation -> !ApiExamples.NO_JSON.contains(operation.id()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void showsEveryOperationWithItsPermissionCostAndAuditEvents(Operation operation) {
        String section = section(operation);
        assertThat(section)
                .contains("<code>" + operation + "</code>")
                .contains("<dt>permission</dt>\n<dd><code>" + operation.permission() + "</code>")
                .contains("<dt>cost</dt>\n<dd><code>" + operation.cost() + "</code>")
                .contains("<h4>Replies</h4>")
                .contains("curl --cacert root.pem");
        String leaves = String.join(", ", operation.auditActions());
        assertThat(section)
                .contains(
                        "<dt>audit events</dt>\n<dd><code>"
                                + (leaves.isEmpty() ? "none" : leaves)
                                + "</code>");
        operation
                .pathParameters()
                .forEach(name -> assertThat(section).contains("<code>" + name + "</code>"));
        assertThat(section.contains("<h4>Body</h4>")).isEqualTo(operation.takesBody());
        assertThat(page).contains("href=\"#" + operation.id() + "\"");
    }

    @ParameterizedTest
    @MethodSource("takingJson")
    void givesAnExampleThatTheContractTakes(Operation operation) throws Exception {
        MatchResult example =
                EXAMPLE.matcher(unescaped(section(operation))).results().findFirst().orElseThrow();
        byte[] body = example.group(1).replace("'\\''", "'").getBytes(StandardCharsets.UTF_8);
        assertThat(server.api.contract().body(operation, body)).isPresent();
    }

    @Test
    void givesAnExampleOfAForm() {
        Operation form =
                all().filter(operation -> operation.id().equals("checkLabel"))
                        .findFirst()
                        .orElseThrow();
        assertThat(unescaped(section(form)))
                .contains("  --data-urlencode 'serial=TANK-0001'")
                .contains("  --data-urlencode 'key=")
                .doesNotContain("  -d '");
    }

    @Test
    void letsThePageLoadItsOwnStyleAndScriptAndNothingElse() {
        assertThat(answer.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Content-Security-Policy"))
                .isEqualTo(
                        "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none';"
                                + " form-action 'none'; frame-ancestors 'none'");
        assertThat(loads()).allMatch(uri -> uri.matches("#[A-Za-z-]+|/api/v1/[a-z.0-9/]+"));
        assertThat(page).doesNotContain("style=", "onclick", "javascript:", "<img", "<iframe");
        assertThat(page.split("<script", -1)).hasSize(2);
        assertThat(page).contains("></script>");
    }

    @Test
    void servesWhatThePageLoads() {
        List<String> served =
                loads().stream().filter(uri -> uri.startsWith("/api/v1/")).distinct().toList();
        assertThat(served).contains("/api/v1/pages/style.css", "/api/v1/pages/search.js");
        for (String uri : served) {
            Answer loaded = server.anybody().get(uri.substring("/api/v1".length())).has(200);
            assertThat(loaded.header("X-Content-Type-Options")).isEqualTo("nosniff");
        }
        Answer script = server.anybody().get("/pages/search.js").has(200);
        assertThat(script.header("Content-Type")).isEqualTo("text/javascript;charset=utf-8");
        assertThat(script.body()).doesNotContain("://", "innerHTML", "eval(", "document.write");
    }

    @Test
    void leadsEveryLinkWithinThePageSomewhere() {
        assertThat(loads().stream().filter(uri -> uri.startsWith("#")).distinct())
                .isNotEmpty()
                .allMatch(uri -> page.contains("id=\"" + uri.substring(1) + "\""));
    }

    @Test
    void escapesWhateverTheDocumentSays() {
        String hostile =
                new String(server.api.contract().asYaml(), StandardCharsets.UTF_8)
                        .replace("summary: Make a product", "summary: '<script>\"&''</script>'")
                        .replace("description: Kinds of device.", "description: <b onclick=x>")
                        .replace(
                                "description: One page.", "description: '\"><img src=x onerror=y>'")
                        .replace("examples: [Fish tank]", "examples: [</code><script>]");
        Contract contract = Contract.read(hostile.getBytes(StandardCharsets.UTF_8), 8);
        String rendered = new String(ReferencePage.of(contract), StandardCharsets.UTF_8);
        assertThat(rendered)
                .contains("&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;")
                .contains("&lt;b onclick=x&gt;")
                .contains("&quot;&gt;&lt;img src=x onerror=y&gt;")
                .contains("&lt;/code&gt;&lt;script&gt;")
                .doesNotContain("<b ", "<img");
        assertThat(rendered.split("<script", -1)).hasSize(2);
    }

    private List<String> loads() {
        return LOADS.matcher(page).results().map(found -> found.group(1)).toList();
    }

    private String section(Operation operation) {
        int begin = page.indexOf("<details id=\"" + operation.id() + "\"");
        assertThat(begin).as("%s is on the page", operation).isPositive();
        return page.substring(begin, page.indexOf("</details>", begin));
    }

    private static String unescaped(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }
}
