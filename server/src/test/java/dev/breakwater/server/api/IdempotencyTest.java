/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.account.CallerId;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.idempotency.ReplayStore;
import dev.breakwater.server.organization.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A POST that is repeated with its key is not done twice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyTest {

    private static final String KEY = "Idempotency-Key: 0123456789abcdef";
    private static final String TOKEN = "{\"name\":\"ci\",\"role\":\"operator\"}";

    private Path directory;
    private ApiServer server;
    private ApiClient administrator;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        this.directory = directory;
        server = new ApiServer(directory);
    }

    @BeforeEach
    void makeOrganization() {
        administrator = server.administrator("Reef & Sons");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void answersARepetitionLikeTheFirstRequest() {
        Answer first = administrator.post("/tokens", TOKEN, KEY).has(201);
        Answer again = administrator.post("/tokens", TOKEN, KEY).has(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(administrator.get("/tokens").json().at("/items")).hasSize(2);
    }

    @Test
    void refusesTheKeyForAnotherRequest() {
        administrator.post("/tokens", TOKEN, KEY).has(201);
        Answer other = administrator.post("/tokens", TOKEN.replace("ci", "cd"), KEY).has(409);
        assertThat(other.problem()).isEqualTo("idempotency-key-reused");
        administrator.post("/products", "{\"name\":\"P\"}", KEY).has(409);
    }

    /** A client that heard no answer must not cut off again what was let back in since. */
    @Test
    void doesNotCarryOutARepeatedChangeOfADevice() throws Exception {
        String device = "/devices/" + server.device(administrator, "A-1");
        String reason = "{\"reason\":\"leaks\"}";
        Answer first = administrator.post(device + "/suspension", reason, KEY).has(200);
        administrator.post(device + "/reinstatement", reason).has(200);
        Answer again = administrator.post(device + "/suspension", reason, KEY).has(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(administrator.get(device).ok("status")).isEqualTo("active");
    }

    @Test
    void keepsTheKeysOfTwoTokensApart() {
        administrator.post("/products", "{\"name\":\"P\"}", KEY).has(201);
        ApiClient colleague = administrator.role("administrator");
        colleague.post("/products", "{\"name\":\"Q\"}", KEY).has(201);
    }

    @Test
    void letsARefusedRequestBeMendedUnderTheSameKey() {
        administrator.post("/products", "{\"name\":\"P\"}").has(201);
        administrator.post("/products", "{\"name\":\"P\"}", KEY).has(409);
        administrator.post("/products", "{\"name\":\"Q\"}", KEY).has(201);
    }

    @Test
    void forgetsAKeyAfterItsTime() {
        administrator.post("/tokens", TOKEN, KEY).has(201);
        server.clock.advance(Duration.ofHours(25));
        administrator.post("/products", "{\"name\":\"P\"}", KEY).has(201);
    }

    /** What a server leaves that was killed between the reservation of a key and its answer. */
    @Test
    void admitsThatTheOutcomeIsUnknownAfterACrash() throws Exception {
        ReplayStore.Key key =
                new ReplayStore.Key(
                        new CallerId(UUID.fromString(administrator.token().substring(4, 40))),
                        sha256(KEY.substring(KEY.indexOf(' ') + 1)));
        String request = sha256("POST /api/v1/tokens\n" + TOKEN);
        OrganizationId organization = OrganizationId.parse(administrator.organization());
        server.replays.reserve(organization, key, request, server.clock.instant(), 10);

        Answer answer = administrator.post("/tokens", TOKEN, KEY).has(409);
        assertThat(answer.problem()).isEqualTo("outcome-unknown");
        assertThat(administrator.get("/tokens").json().at("/items")).hasSize(1);
    }

    private static String sha256(String text) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256")
                                .digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void carriesOutOneOfManyAtTheSameTime() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Set<String> made = new TreeSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> attempts =
                    IntStream.range(0, 8)
                            .mapToObj(
                                    i ->
                                            threads.submit(
                                                    () -> {
                                                        go.await();
                                                        return administrator.post(
                                                                "/tokens", TOKEN, KEY);
                                                    }))
                            .toList();
            go.countDown();
            for (Future<Answer> attempt : attempts) {
                Answer answer = attempt.get();
                if (answer.status() == 201) {
                    made.add(answer.ok("id"));
                } else {
                    assertThat(answer.has(409).problem()).isEqualTo("request-in-work");
                    assertThat(answer.header("Retry-After")).isEqualTo("1");
                }
            }
        }
        assertThat(made).hasSize(1);
        assertThat(administrator.get("/tokens").json().at("/items")).hasSize(2);
    }

    @Test
    void keepsNoSecretInClearOnDisk() throws Exception {
        String secret = administrator.post("/tokens", TOKEN, KEY).has(201).ok("secret");
        String half = secret.substring(secret.lastIndexOf('_') + 1);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(content.contains(half)).as(file.toString()).isFalse();
                assertThat(content.contains("0123456789abcdef")).as(file.toString()).isFalse();
            }
        }
    }
}
