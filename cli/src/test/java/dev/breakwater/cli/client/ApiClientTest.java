/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.cli.client.ScriptedServer.Answer;
import dev.breakwater.cli.client.ScriptedServer.Asked;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

@Timeout(60)
class ApiClientTest {

    private static final JsonNode BODY = JsonNodeFactory.instance.objectNode().put("name", "x y");
    private static final Answer OK = Answer.json(200, "{\"ok\":true}");
    private static final Answer BUSY =
            new Answer(
                    503,
                    Map.of("Content-Type", "application/problem+json", "Retry-After", "0"),
                    "{\"title\":\"The server is busy.\"}");

    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer("localhost");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void sendsTheTokenAndEncodesWhatItIsGiven() {
        server.willAnswer(OK);
        try (ApiClient api = ApiClient.of(server.profile())) {
            ApiRequest request = ApiRequest.get("devices", "a/../b?c d").with("cursor", "x&y=z+1");
            assertThat(api.send(request).json().path("ok").asBoolean()).isTrue();
        }
        Asked asked = server.asked().getFirst();
        assertThat(asked.line())
                .isEqualTo("GET /api/v1/devices/a%2F..%2Fb%3Fc%20d?cursor=x%26y%3Dz%2B1");
        assertThat(asked.headers()).containsEntry("Authorization", "Bearer bwt_canary-secret");
        assertThat(asked.headers()).doesNotContainKey("Idempotency-Key");
    }

    @Test
    void makesASentenceOfAProblem() {
        server.willAnswer(
                Answer.json(
                        422,
                        """
                        {"type":"/api/v1/problems/body-refused","title":"The body does not fit.",
                         "status":422,"detail":"Two members are wrong.","errors":[
                           {"pointer":"/name","detail":"is too long"},
                           {"parameter":"limit","detail":"is too \\u001b[31mlarge"}]}
                        """));
        CommandFailed failed = failure(ApiRequest.create(BODY, "products"));
        assertThat(failed.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(failed)
                .hasMessage(
                        "Two members are wrong; /name is too long; limit is too \\u001b[31mlarge");
    }

    @Test
    void saysOnceWhatIsWrong() {
        server.willAnswer(
                Answer.json(
                        422,
                        """
                        {"detail":"/name must be at least 1 characters long.","errors":[
                           {"pointer":"/name","detail":"must be at least 1 characters long"},
                           {"pointer":"/size","detail":"is missing"}]}
                        """));
        assertThat(failure(ApiRequest.create(BODY, "products")))
                .hasMessage("/name must be at least 1 characters long; /size is missing");
    }

    @Test
    void refusesAServerWithAnotherRootBeforeItSaysAnything() {
        Profile other =
                new Profile(server.address(), new Fingerprint("ab".repeat(32)), "bwt_canary");
        CommandFailed failed = failure(other, ApiRequest.get("devices"));
        assertThat(failed.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(failed)
                .hasMessageContaining("is not the server of this profile")
                .hasMessageContaining("sha256:abab")
                .hasMessageContaining(server.root().toString());
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void takesThePinOfTheIssuingAuthorityToo() {
        server.willAnswer(OK);
        Profile issuing = new Profile(server.address(), server.issuing(), "bwt_canary");
        try (ApiClient api = ApiClient.of(issuing)) {
            assertThat(api.send(ApiRequest.get("devices")).text()).contains("true");
        }
    }

    @Test
    void takesAServerThatTheSystemTrustsIfToldTo(@TempDir Path folder) throws Exception {
        Profile system = new Profile(server.address(), new SystemRoots(), "bwt_canary");
        CommandFailed failed = failure(system, ApiRequest.get("devices"));
        assertThat(failed.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(failed).hasMessageContaining("cannot prove who it is");
        assertThat(server.asked()).isEmpty();

        Path trusted = server.trustStore(folder.resolve("trusted.p12"));
        System.setProperty("javax.net.ssl.trustStore", trusted.toString());
        try (ApiClient api = ApiClient.of(system)) {
            server.willAnswer(OK);
            assertThat(api.send(ApiRequest.get("devices")).text()).contains("true");
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
        }
    }

    @Test
    void refusesACertificateForAnotherName() throws Exception {
        try (ScriptedServer elsewhere = new ScriptedServer("elsewhere.example")) {
            CommandFailed failed = failure(elsewhere.profile(), ApiRequest.get("devices"));
            assertThat(failed.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(failed).hasMessageContaining("cannot prove who it is");
            assertThat(elsewhere.asked()).isEmpty();
        }
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Profile nobody =
                new Profile(URI.create("https://localhost:" + port), server.root(), "bwt_canary");
        CommandFailed failed = failure(nobody, ApiRequest.get("devices"));
        assertThat(failed.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(failed)
                .hasMessageContaining("cannot be reached")
                .hasMessageContaining("" + port);
    }

    @Test
    void repeatsAReadThatWasCutOff() {
        server.willAnswer(Answer.closed(), BUSY, OK);
        try (ApiClient api = ApiClient.of(server.profile())) {
            assertThat(api.send(ApiRequest.get("devices")).text()).contains("true");
        }
        assertThat(server.asked().size()).isBetween(3, 4);
    }

    @Test
    void repeatsAChangeOnlyUnderTheSameIdempotencyKey() {
        server.willAnswer(BUSY, BUSY, OK);
        try (ApiClient api = ApiClient.of(server.profile())) {
            api.send(ApiRequest.create(BODY, "products"));
        }
        assertThat(server.asked()).hasSize(3);
        assertThat(server.asked().stream().map(asked -> asked.headers().get("Idempotency-Key")))
                .doesNotContainNull()
                .containsOnly(server.asked().getFirst().headers().get("Idempotency-Key"));
    }

    @Test
    void neverRepeatsAChangeWithoutAnIdempotencyKey() {
        server.willAnswer(BUSY, OK);
        CommandFailed refused = failure(ApiRequest.delete("tokens", "x"));
        assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void saysThatTheOutcomeOfACutOffChangeIsNotKnown() {
        server.willAnswer(Answer.closed());
        CommandFailed failed = failure(ApiRequest.delete("tokens", "x"));
        assertThat(failed.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(failed).hasMessageContaining("look before trying again");
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void doesNotFollowARedirectWithTheToken() {
        server.willAnswer(new Answer(302, Map.of("Location", "https://evil.example/"), ""));
        assertThat(failure(ApiRequest.get("devices")))
                .hasMessageContaining("refused with status 302");
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void saysThatSomethingElseListensThere() {
        server.willAnswer(new Answer(200, Map.of("Content-Type", "text/html"), "<html>"));
        CommandFailed failed = failure(ApiRequest.get("devices"));
        assertThat(failed.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(failed).hasMessageContaining("is a Breakwater API listening there?");
    }

    @Test
    void neverShowsTheToken() {
        server.willAnswer(Answer.json(401, "{\"detail\":\"The token is revoked.\"}"));
        assertThat(failure(ApiRequest.get("devices")).toString()).doesNotContain("canary");
        assertThat(server.profile().toString()).doesNotContain("canary");
        Profile malformed = new Profile(server.address(), server.root(), "canary with\nline break");
        CommandFailed failed = failure(malformed, ApiRequest.get("devices"));
        assertThat(failed.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(failed.toString()).doesNotContain("canary");
    }

    private CommandFailed failure(ApiRequest request) {
        return failure(server.profile(), request);
    }

    private static CommandFailed failure(Profile profile, ApiRequest request) {
        CommandFailed failed =
                catchThrowableOfType(
                        CommandFailed.class,
                        () -> {
                            try (ApiClient api = ApiClient.of(profile)) {
                                api.send(request);
                            }
                        });
        assertThat(failed).as("the request was fulfilled").isNotNull();
        return failed;
    }
}
