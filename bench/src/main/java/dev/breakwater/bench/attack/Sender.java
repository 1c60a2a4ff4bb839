/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.fuzz.Attempt;
import dev.breakwater.bench.attack.fuzz.Contract;
import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.HttpsLine;
import dev.breakwater.bench.attack.wire.Sources;
import dev.breakwater.bench.server.ServerFailed;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends attempts, each over a connection and from a source of its own, and holds the answers
 * against what they may be. What is turned away for its rate is sent again from another source:
 * here it is the contract that is attacked, not the server's patience.
 */
final class Sender {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FOR_A_SECOND_ANSWER = Duration.ofMillis(50);
    private static final int AT_A_TIME = 8;
    private static final int TURNED_AWAY_MAX = 20;

    private final Arena arena;
    private final List<Contract.Operation> streams;
    private final Sources sources = Sources.attackers(10_000);
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger serverErrors = new AtomicInteger();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private final Map<String, Integer> faults = new ConcurrentSkipListMap<>();

    /**
     * A sender.
     *
     * @param contract says which answers may be streams, whose end nobody waits for
     */
    Sender(Arena arena, Contract contract) {
        this.arena = arena;
        this.streams = contract.operations().stream().filter(Contract.Operation::isStream).toList();
    }

    /**
     * Sends all and returns when the last is answered.
     *
     * @param heard is told each answer; by several threads
     */
    void send(List<Attempt> attempts, BiConsumer<Attempt, Answer> heard)
            throws InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            List<Future<?>> all =
                    attempts.stream()
                            .<Future<?>>map(one -> threads.submit(() -> send(one, heard)))
                            .toList();
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException failed) {
            throw new ServerFailed("an attempt could not be made", failed);
        }
    }

    private void send(Attempt attempt, BiConsumer<Attempt, Answer> heard) {
        sent.incrementAndGet();
        try {
            Answer answer = exchanged(attempt);
            for (int i = 0; i < TURNED_AWAY_MAX && answer != null && isTurnedAway(answer); i++) {
                turnedAway.incrementAndGet();
                answer = exchanged(attempt);
            }
            if (answer == null) {
                attempt.faultOfSilence().ifPresent(this::fault);
                return;
            }
            heard.accept(attempt, answer);
            if (Attempt.isServerError(answer)) {
                serverErrors.incrementAndGet();
            }
            attempt.fault(answer).ifPresent(this::fault);
            if (answer.isStream() && !mayStream(attempt)) {
                fault(
                        "%s of %s is answered with a stream that the contract knows nothing of"
                                .formatted(attempt.kind(), attempt.operation()));
            }
        } catch (SocketTimeoutException silent) {
            fault(
                    "%s of %s was not answered in time"
                            .formatted(attempt.kind(), attempt.operation()));
        } catch (IOException failed) {
            fault("%s of %s: %s".formatted(attempt.kind(), attempt.operation(), failed));
        }
    }

    /** A server on a machine that does other things too sheds load by right. */
    private boolean isTurnedAway(Answer answer) {
        return answer.status() == 429 || (answer.status() == 503 && !arena.effort().isCalm());
    }

    private boolean mayStream(Attempt attempt) {
        return streams.stream()
                .anyMatch(
                        one ->
                                one.id().equals(attempt.operation())
                                        || attempt.request().target().startsWith(one.path()));
    }

    private void fault(String text) {
        wrong.incrementAndGet();
        faults.merge(text, 1, Integer::sum);
    }

    /** The answer; null if the server closes instead. */
    private @Nullable Answer exchanged(Attempt attempt) throws IOException {
        try (HttpsLine line =
                HttpsLine.open(arena.tls(), sources.next(), arena.server().apiPort(), PATIENCE)) {
            Answer answer;
            try {
                line.send(attempt.request().bytes());
                answer = line.answer(attempt.request().method().equals("HEAD"));
            } catch (SocketTimeoutException silent) {
                throw silent;
            } catch (IOException closed) {
                return null;
            }
            if (answer.keepsConnection()) {
                requireNoMore(line, attempt);
            }
            return answer;
        }
    }

    /** One request, one answer: another one would be to what was smuggled. */
    private void requireNoMore(HttpsLine line, Attempt attempt) throws IOException {
        line.patience(FOR_A_SECOND_ANSWER);
        try {
            Answer second = line.answer(false);
            if (second.status() != 400) {
                fault(
                        "%s of %s got a second answer"
                                .formatted(attempt.kind(), attempt.operation()));
            }
        } catch (IOException nothing) {
            return;
        }
    }

    int sent() {
        return sent.get();
    }

    /** How many answers were not what they must be. */
    int wrong() {
        return wrong.get();
    }

    /** How many were answered with 500 or above. */
    int serverErrors() {
        return serverErrors.get();
    }

    /** How many were turned away for their rate and sent again. */
    int turnedAway() {
        return turnedAway.get();
    }

    /** What was wrong, and how often. */
    Map<String, Integer> faults() {
        return new TreeMap<>(faults);
    }
}
