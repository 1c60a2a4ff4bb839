/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.durability.Backlog;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GroupCommitTest {

    private static final int QUEUE_MAX = 64;

    @TempDir Path directory;
    private Database database;

    @BeforeEach
    void open() {
        database =
                Database.open(
                        new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")),
                        Limits.with(Map.of(Limit.STORE_QUEUE_WRITES, QUEUE_MAX)));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void tellsSubmittersInTheOrderOfSubmission() throws Exception {
        List<Integer> told = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Integer> last = new CompletableFuture<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            database.submit(insert("n" + i), told(() -> told.add(number), last, number == 49));
        }
        last.get(10, TimeUnit.SECONDS);

        assertThat(told).isSorted().hasSize(50);
    }

    /** One thread commits for all: if it ended, everybody would wait for ever. */
    @Test
    void survivesAnErrorBelowTheWork() throws Exception {
        AtomicInteger openings = new AtomicInteger();
        WriterConnection.Opener failsOnce =
                () -> {
                    if (openings.getAndIncrement() == 0) {
                        throw new NoClassDefFoundError("a driver that lacks something");
                    }
                    return DriverManager.getConnection("jdbc:sqlite::memory:");
                };
        CompletableFuture<Integer> first = new CompletableFuture<>();
        CompletableFuture<Integer> second = new CompletableFuture<>();
        try (GroupCommit commits =
                new GroupCommit(
                        new WriterConnection(failsOnce, Dialect.SQLITE, () -> false, new Changes()),
                        8,
                        8,
                        new Backlog(1_000_000),
                        new StoreMetrics(new SimpleMeterRegistry()))) {
            commits.submit(_ -> 1, told(() -> {}, first, true));
            assertThat(first)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(StorageUnavailable.class);
            commits.submit(_ -> 2, told(() -> {}, second, true));
            assertThat(second).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(2);
        }
    }

    @Test
    void letsOneFailingWorkTakeNothingElseDown() throws Exception {
        CompletableFuture<Integer> before = new CompletableFuture<>();
        CompletableFuture<Integer> broken = new CompletableFuture<>();
        CompletableFuture<Integer> defect = new CompletableFuture<>();
        CompletableFuture<Integer> after = new CompletableFuture<>();
        Gate gate = new Gate();
        database.submit(gate, gate);
        database.submit(insert("good-1"), into(before));
        database.submit(
                transaction -> {
                    transaction.update(
                            "INSERT INTO organization (organization_id, name, enabled, created_us)"
                                    + " VALUES ('half', 'x', 1, 1)");
                    return transaction.update("INSERT INTO nowhere VALUES (1)");
                },
                into(broken));
        database.submit(
                transaction -> {
                    throw new StackOverflowError("a defect");
                },
                into(defect));
        database.submit(insert("good-2"), into(after));
        gate.open.countDown();

        assertThat(before.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(after.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(broken).failsWithin(Duration.ofSeconds(10));
        assertThat(defect).failsWithin(Duration.ofSeconds(10));
        assertThat(ids()).containsExactlyInAnyOrder("good-1", "good-2");
    }

    @Test
    void refusesAtOnceWhenTheQueueIsFull() throws Exception {
        Gate gate = new Gate();
        database.submit(gate, gate);
        gate.running.await();
        List<CompletableFuture<Integer>> accepted = new ArrayList<>();
        for (int i = 0; i < QUEUE_MAX; i++) {
            CompletableFuture<Integer> one = new CompletableFuture<>();
            accepted.add(one);
            database.submit(insert("n" + i), into(one));
        }
        CompletableFuture<Integer> tooMany = new CompletableFuture<>();
        database.submit(insert("too-many"), into(tooMany));

        assertThat(tooMany).isCompletedExceptionally();
        gate.open.countDown();
        for (CompletableFuture<Integer> one : accepted) {
            assertThat(one.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        }
        assertThat(ids()).hasSize(QUEUE_MAX).doesNotContain("too-many");
    }

    @Test
    void commitsWhatWasAcceptedBeforeItClosesAndRefusesAfterwards() throws Exception {
        CompletableFuture<Integer> accepted = new CompletableFuture<>();
        database.submit(insert("accepted"), into(accepted));
        database.close();
        CompletableFuture<Integer> late = new CompletableFuture<>();
        database.submit(insert("late"), into(late));

        assertThat(accepted.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(late)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(StorageUnavailable.class)
                .withMessageContaining("closing");
    }

    @Test
    void survivesACompletionThatThrows() throws Exception {
        database.submit(
                insert("first"),
                new Completion<Integer>() {
                    @Override
                    public void durable(Integer rows) {
                        throw new IllegalStateException("a careless submitter");
                    }

                    @Override
                    public void failed(RuntimeException cause) {}
                });
        CompletableFuture<Integer> next = new CompletableFuture<>();
        database.submit(insert("second"), into(next));

        assertThat(next.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }

    private List<String> ids() {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT organization_id FROM organization LIMIT 1000",
                                row -> row.text("organization_id")));
    }

    private static Work<Integer> insert(String id) {
        return transaction ->
                transaction.update(
                        "INSERT INTO organization (organization_id, name, enabled, created_us)"
                                + " VALUES (?, 'x', 1, 1)",
                        id);
    }

    private static Completion<Integer> told(
            Runnable action, CompletableFuture<Integer> last, boolean isLast) {
        return new Completion<>() {
            @Override
            public void durable(Integer rows) {
                action.run();
                if (isLast) {
                    last.complete(rows);
                }
            }

            @Override
            public void failed(RuntimeException cause) {
                last.completeExceptionally(cause);
            }
        };
    }

    private static Completion<Integer> into(CompletableFuture<Integer> future) {
        return new Completion<>() {
            @Override
            public void durable(Integer rows) {
                future.complete(rows);
            }

            @Override
            public void failed(RuntimeException cause) {
                future.completeExceptionally(cause);
            }
        };
    }

    /** Holds the committing thread, so that what is submitted behind it forms one batch. */
    private static final class Gate implements Work<Integer>, Completion<Integer> {

        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        @Override
        public Integer run(Transaction transaction) {
            running.countDown();
            try {
                open.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            return 0;
        }

        @Override
        public void durable(Integer value) {}

        @Override
        public void failed(RuntimeException cause) {}
    }
}
