/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.contract.Contract;
import dev.breakwater.server.api.contract.ContractBroken;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tricks with paths, methods, headers and bodies, as bytes on the wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiFirewallTest {

    private ApiServer server;
    private ApiClient administrator;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        administrator = server.administrator("Reef & Sons");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/../v1/products",
                "/api/v1/./products",
                "/api/v1//products",
                "//api/v1/products",
                "/api/v1/products/",
                "/api/v1/%70roducts",
                "/api/v1/%2e%2e/v1/products",
                "/api/v1/%252e%252e/v1/products",
                "/api/v1%2fproducts",
                "/api/v1/products;x=1",
                "/api/v1/products;",
                "/api/v1/products%00",
                "/api/v1/products%20",
                "/api/v1/%c0%ae%c0%ae/products",
                "/api/v1/products\\..",
            })
    void refusesEveryOtherSpellingOfAPath(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1", bearer());
        assertThat(answer).startsWith("HTTP/1.1 400");
        assertThat(answer).contains("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/api", "/api/v1", "/api/v2/products", "/API/V1/products", "/console"})
    void knowsNothingOutsideTheContract(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1", bearer())).startsWith("HTTP/1.1 404");
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "get"})
    void offersNoOtherMethod(String method) throws Exception {
        String answer = raw(method + " /api/v1/products HTTP/1.1", bearer());
        assertThat(answer).startsWith("HTTP/1.1 405").contains("Allow: GET, HEAD, POST");
    }

    @Test
    void answersHeadLikeGetWithoutTheBody() throws Exception {
        String get = raw("GET /api/v1/organizations HTTP/1.1", bearer());
        String head = raw("HEAD /api/v1/organizations HTTP/1.1", bearer());
        assertThat(head).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
        assertThat(head.lines().filter(line -> line.startsWith("Content-Length")).toList())
                .isEqualTo(get.lines().filter(line -> line.startsWith("Content-Length")).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-HTTP-Method-Override: DELETE",
                "X-Method-Override: DELETE",
                "X-HTTP-Method: DELETE",
                "X-Original-URL: /api/v1/tokens",
                "X-Rewrite-URL: /api/v1/tokens",
                "Content-Encoding: gzip",
            })
    void refusesHeadersThatTryToBeAnotherRequest(String header) {
        Answer answer = administrator.get("/products", header).has(400);
        assertThat(answer.problem()).isEqualTo("header-refused");
        assertThat(answer.text("/errors/0/header"))
                .isEqualToIgnoringCase(header.substring(0, header.indexOf(':')));
    }

    @Test
    void putsSecurityHeadersOnEveryAnswer() {
        for (Answer answer :
                List.of(
                        administrator.get("/products").has(200),
                        administrator.get("/nothing").has(404),
                        server.anybody().get("/products").has(401))) {
            assertThat(answer.header("Strict-Transport-Security"))
                    .isEqualTo("max-age=63072000; includeSubDomains");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("Content-Security-Policy"))
                    .isEqualTo("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
            assertThat(answer.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("Server")).isEmpty();
            assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    @Test
    void refusesABodyBeyondTheLimitBeforeReadingIt() throws Exception {
        String answer =
                raw(
                        "POST /api/v1/products HTTP/1.1",
                        bearer(),
                        "Content-Type: application/json",
                        "Content-Length: 262145");
        assertThat(answer).startsWith("HTTP/1.1 413").contains("body-too-large");
    }

    @Test
    void refusesABodyThatGrowsBeyondTheLimit() {
        String body = "{\"name\":\"" + "x".repeat(300_000) + "\"}";
        administrator.post("/products", body).has(413);
    }

    @Test
    void refusesABodyOnARequestThatTakesNone() throws Exception {
        String answer =
                raw("GET /api/v1/products HTTP/1.1", bearer(), "Content-Length: 2", "", "{}");
        assertThat(answer).startsWith("HTTP/1.1 400").contains("body-not-taken");
    }

    @Test
    void refusesARequestWithTwoLengths() throws Exception {
        String answer =
                raw(
                        "POST /api/v1/products HTTP/1.1",
                        bearer(),
                        "Content-Type: application/json",
                        "Content-Length: 2",
                        "Transfer-Encoding: chunked",
                        "",
                        "0");
        assertThat(answer).startsWith("HTTP/1.1 400");
    }

    @Test
    void refusesTwoMediaTypes() throws Exception {
        String answer =
                raw(
                        "POST /api/v1/products HTTP/1.1",
                        bearer(),
                        "Content-Type: application/json",
                        "Content-Type: text/plain",
                        "Content-Length: 2",
                        "",
                        "{}");
        assertThat(answer).startsWith("HTTP/1.1 400");
    }

    @Test
    void namesAMemberThatStandsTwice() {
        Answer answer = administrator.post("/products", "{\"name\":\"a\",\"name\":\"b\"}");
        assertThat(answer.has(400).problem()).isEqualTo("body-malformed");
        assertThat(answer.text("/errors/0/pointer")).isEqualTo("/name");
    }

    @Test
    void keepsNamesWithControlCharactersOut() {
        administrator.post("/products", "{\"name\":\"a\\u202eb\"}").has(422);
        administrator.post("/products", "{\"name\":\"a\\nb\"}").has(422);
        administrator.post("/products", "{\"name\":\"   \"}").has(422);
        administrator.post("/products", "{\"name\":\"<script>alert(1)</script> 🐟\"}").has(201);
    }

    @Test
    void recordsARefusalInAuditLogAndMetric() {
        administrator.get("/products?surprise=1").has(400);
        AuditEntry entry = newest("api.refused");
        assertThat(entry.details())
                .containsEntry("reason", "request-outside-contract")
                .containsEntry("member", "surprise")
                .containsEntry("operation", "listProducts");
        assertThat(
                        server.meters
                                .counter(
                                        "breakwater.refusals",
                                        "where",
                                        "api",
                                        "reason",
                                        "request-outside-contract")
                                .count())
                .isPositive();
    }

    @Test
    void slowsDownASourceThatAsksTooOften(@TempDir Path other) throws Exception {
        Limits limits = Limits.with(Map.of(Limit.API_REQUESTS_PER_SECOND_PER_SOURCE, 10));
        Files.createDirectories(other);
        try (ApiServer slow = new ApiServer(other, limits)) {
            ApiClient client = slow.anybody();
            for (int i = 0; i < 10; i++) {
                client.get("/ca/chain").has(200);
            }
            Answer refused = client.get("/ca/chain").has(429);
            assertThat(refused.header("RateLimit")).isEqualTo("\"source\";r=0;t=1");
            assertThat(refused.problem()).isEqualTo("too-many-requests");
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
            slow.clock.advance(java.time.Duration.ofSeconds(1));
            client.get("/ca/chain").has(200);
        }
    }

    @Test
    void tellsASourceWhatIsLeftOfItsBudget(@TempDir Path other) throws Exception {
        Limits limits = Limits.with(Map.of(Limit.API_REQUESTS_PER_SECOND_PER_SOURCE, 10));
        Files.createDirectories(other);
        try (ApiServer slow = new ApiServer(other, limits)) {
            ApiClient client = slow.anybody();
            Answer first = client.get("/ca/chain").has(200);
            assertThat(first.header("RateLimit-Policy")).startsWith("\"source\";q=10;w=1,");
            assertThat(first.header("RateLimit")).isEqualTo("\"source\";r=9;t=1");
            // Each operation takes what the document says; one that does not exist takes one.
            assertThat(client.get("/openapi.yaml").has(200).header("RateLimit"))
                    .isEqualTo("\"source\";r=7;t=1");
            assertThat(client.get("/nothing").has(404).header("RateLimit"))
                    .isEqualTo("\"source\";r=6;t=1");
            assertThat(client.get("/telemetry").has(404).header("RateLimit"))
                    .isEqualTo("\"source\";r=5;t=1");
            Answer dear = client.send("POST", "/ca/ocsp", "application/ocsp-request", "x");
            assertThat(dear.has(429).header("RateLimit")).isEqualTo("\"source\";r=4;t=1");
            slow.clock.advance(java.time.Duration.ofSeconds(1));
            assertThat(client.get("/ca/chain").has(200).header("RateLimit"))
                    .isEqualTo("\"source\";r=9;t=1");
        }
    }

    @Test
    void speaksHttp2UnderTheSameRules() {
        ApiClient client = administrator.overHttp2();
        Answer made = client.post("/products", "{\"name\":\"Over HTTP/2\"}").has(201);
        assertThat(made.response().version()).isEqualTo(java.net.http.HttpClient.Version.HTTP_2);
        client.get("/products/" + made.ok("id")).has(200);
        client.post("/products", "{\"surprise\":1}").has(422);
        client.get("/products?surprise=1").has(400);
    }

    @Test
    void keepsTheServerFromStartingWhenCodeAndDocumentDisagree() {
        Handlers handlers = new Handlers();
        handlers.open("setUp", call -> Reply.noContent())
                .on("listProducts", Permission.DEVICES_READ, (caller, call) -> Reply.noContent())
                .on(
                        "createProduct",
                        Permission.PRODUCTS_WRITE,
                        (caller, call) -> Reply.noContent(),
                        AuditAction.DEVICE_REVOKED)
                .on("drainTank", Permission.DEVICES_READ, (caller, call) -> Reply.noContent());
        assertThatThrownBy(() -> handlers.require(server.api.contract()))
                .isInstanceOf(ContractBroken.class)
                .hasMessageContaining("GET /api/v1/devices (listDevices) has no code")
                .hasMessageContaining(
                        "GET /api/v1/products needs products:read by the document and devices:read by the code")
                .hasMessageContaining(
                        "POST /api/v1/products leaves [product.created] in the audit log by the document and [device.revoked] by the code")
                .hasMessageContaining("the code answers drainTank, which is not in it");
    }

    @Test
    void keepsTheServerFromStartingWhenTheDocumentDoesNotDeclareAnAuditAction() {
        String document =
                new String(server.api.contract().asYaml(), StandardCharsets.UTF_8)
                        .replace(
                                "  command.expired: The server",
                                "  command.evaporated: The server");
        Contract other = Contract.read(document.getBytes(StandardCharsets.UTF_8), 8);
        assertThatThrownBy(() -> new Handlers().require(other))
                .isInstanceOf(ContractBroken.class)
                .hasMessageContaining("nothing is said to leave command.expired")
                .hasMessageContaining("the code knows no audit action command.evaporated");
    }

    @Test
    void compilesEverySchemaOfTheDocument() {
        server.api.contract().compileAll();
    }

    private AuditEntry newest(String action) {
        server.settle();
        OrganizationId organization = OrganizationId.parse(administrator.organization());
        return server.audit.entries(organization, Long.MAX_VALUE, 100).stream()
                .filter(entry -> entry.action().equals(action))
                .findFirst()
                .orElseThrow();
    }

    private String bearer() {
        return "Authorization: Bearer " + administrator.token();
    }

    /** Sends lines as they are; no client library tidies them up. */
    private String raw(String... lines) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", server.pki().root());
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        StringBuilder request = new StringBuilder();
        boolean body = false;
        for (String line : lines) {
            body |= line.isEmpty();
            request.append(line).append("\r\n");
            if (line.contains(" HTTP/1.1")) {
                request.append("Host: localhost\r\nConnection: close\r\n");
            }
        }
        request.append(body ? "" : "\r\n");
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        java.net.InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
            return read(socket);
        }
    }

    private static String read(SSLSocket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
