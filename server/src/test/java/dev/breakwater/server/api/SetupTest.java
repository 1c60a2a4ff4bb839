/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.account.FirstSetup;
import dev.breakwater.server.account.FirstSetup.Announcement;
import dev.breakwater.server.api.ApiClient.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an empty server to its first administrator. */
class SetupTest {

    @TempDir Path directory;
    private ApiServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void makesTheFirstAdministratorOnce() {
        String code = newCode();
        assertThat(code).matches("([A-Z0-9]{4}-){7}[A-Z0-9]{4}");
        Answer done = setUp(code.toLowerCase(Locale.ROOT)).has(201);
        ApiClient administrator = server.with(done.text("/token/secret"));
        assertThat(administrator.get("/organizations").text("/items/0/name"))
                .isEqualTo("Reef & Sons");
        administrator.post("/products", "{\"name\":\"P\"}").has(201);

        Answer again = setUp(code).has(403);
        assertThat(again.problem()).isEqualTo("setup-code-refused");
        assertThat(server.setup.announce()).isEqualTo(new Announcement.NotNeeded());
        assertThat(server.setup.renew()).isEqualTo(new Announcement.NotNeeded());
        assertThat(
                        server.meters
                                .counter(
                                        "breakwater.refusals",
                                        "where",
                                        "api",
                                        "reason",
                                        "setup-code-refused")
                                .count())
                .isEqualTo(1);
    }

    @Test
    void refusesAWrongCode() {
        newCode();
        setUp("AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH").has(403);
        setUp("").has(422);
        setUp("x".repeat(65)).has(422);
    }

    @Test
    void keepsTheCodeOverARestart() {
        String code = newCode();
        FirstSetup.Announcement second = server.setup.announce();
        assertThat(second).isInstanceOf(Announcement.CodeWaiting.class);
        assertThat(second.toString()).doesNotContain(code);
        setUp(code).has(201);
    }

    @Test
    void printsANewCodeWhenTheOldOneHasExpired() {
        String old = newCode();
        server.clock.advance(Duration.ofHours(24));
        setUp(old).has(403);
        String fresh = newCode();
        setUp(old).has(403);
        setUp(fresh).has(201);
    }

    @Test
    void endsTheOldCodeWhenTheOperatorAsksForANewOne() {
        String old = newCode();
        String fresh = ((Announcement.NewCode) server.setup.renew()).code().reveal();
        setUp(old).has(403);
        setUp(fresh).has(201);
    }

    @Test
    void letsOneOfManyAtTheSameTimeWin() throws Exception {
        String code = newCode();
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> attempts =
                    IntStream.range(0, 8)
                            .mapToObj(
                                    i ->
                                            threads.submit(
                                                    () -> {
                                                        go.await();
                                                        return setUp(code).status();
                                                    }))
                            .toList();
            go.countDown();
            int won = 0;
            for (Future<Integer> attempt : attempts) {
                int status = attempt.get();
                assertThat(status).isIn(201, 403);
                won += status == 201 ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
    }

    @Test
    void tellsNothingOfItsSecrets() {
        Announcement announcement = server.setup.announce();
        String code = ((Announcement.NewCode) announcement).code().reveal();
        assertThat(announcement.toString()).doesNotContain(code);
    }

    private String newCode() {
        return ((Announcement.NewCode) server.setup.announce()).code().reveal();
    }

    private Answer setUp(String code) {
        return server.anybody()
                .post(
                        "/setup",
                        "{\"code\":\"%s\",\"organizationName\":\"Reef & Sons\",\"tokenName\":\"first\"}"
                                .formatted(code));
    }
}
