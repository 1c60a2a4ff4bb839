/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that wait for the end of a command, and everybody else. */
final class CommandWaitTest {

    private static final int PLACES = 8;

    @TempDir Path directory;

    /** Whoever may read commands could otherwise shut the API for all organizations. */
    @Test
    void leavesRoomForOthersHoweverManyWait() throws Exception {
        Limits few =
                Limits.with(
                        Map.of(
                                Limit.HTTP_REQUESTS_IN_WORK,
                                PLACES,
                                Limit.API_REQUESTS_PER_SECOND_PER_SOURCE,
                                1_000_000));
        try (ApiServer server = new ApiServer(directory, few)) {
            ApiClient waiting = server.administrator("Reef & Sons");
            ApiClient neighbor = server.administrator("Pond & Daughters");
            String command = command(server, waiting);
            CountDownLatch answered = new CountDownLatch(PLACES / 2);
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < PLACES; i++) {
                CompletableFuture<Integer> answer =
                        CompletableFuture.supplyAsync(
                                () -> waiting.get(command + "?wait=15").status(),
                                Thread::startVirtualThread);
                answers.add(answer.whenComplete((_, _) -> answered.countDown()));
            }

            assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
            neighbor.get("/products").has(200);

            waiting.post(command + "/cancellation").has(200);
            for (CompletableFuture<Integer> answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(200);
            }
        }
    }

    @Test
    void mayTakeLongerThanAConnectionMayBeIdle() throws Exception {
        Limits impatient = Limits.with(Map.of(Limit.HTTP_IDLE_SECONDS, 1));
        try (ApiServer server = new ApiServer(directory, impatient)) {
            ApiClient administrator = server.administrator("Reef & Sons");

            assertThat(administrator.get(command(server, administrator) + "?wait=3").ok("state"))
                    .isEqualTo("queued");
        }
    }

    private static String command(ApiServer server, ApiClient administrator) throws Exception {
        String commands = "/devices/" + server.device(administrator, "A-1") + "/commands";
        return commands + "/" + administrator.post(commands, "{\"name\":\"feed\"}").ok("id");
    }
}
