/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.fuzz.Contract;
import dev.breakwater.bench.attack.wire.Relay;
import dev.breakwater.bench.attack.wire.Sources;
import dev.breakwater.bench.attack.wire.StreamFront;
import dev.breakwater.server.limits.Limit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * sqlmap on every operation that has a parameter or a body, with a token or in a session, two at a
 * time. First with the usual payloads, to the end, so that everything has been tried with
 * something; then with all payloads that it has (level 5, risk 3), in the time that is left, which
 * the operations share: what is over for one goes to the next, and those that were ended are
 * counted. All payloads on every value would take days. What it suspects when it is ended it checks
 * again, alone and to the end: a slow answer on a busy machine looks to it like a delay that it has
 * injected. Its requests come from many sources and the budgets of token and organization are
 * lifted, or it would test little but limits.
 */
final class InjectionAttack implements Attack {

    private static final Duration USUAL_PAYLOADS = Duration.ofMinutes(14);
    private static final Duration TOGETHER = Duration.ofMinutes(22);
    private static final Duration SHORT = Duration.ofSeconds(12);
    private static final int SHORT_OPERATIONS = 2;
    private static final int AT_A_TIME = 2;
    private static final Duration CHECK = Duration.ofMinutes(5);
    private static final int NO_BUDGET = 1_000_000;

    /**
     * How hard sqlmap tries, and for how long.
     *
     * @param toItsEnd whether the time must be enough for all of it
     */
    private record Pass(String level, String risk, Duration time, boolean toItsEnd) {

        @Override
        public String toString() {
            return "level %s, risk %s".formatted(level, risk);
        }
    }

    /** How a run on an operation is prepared. */
    @FunctionalInterface
    private interface Preparation {

        SqlmapRun of(Contract.Operation operation) throws IOException, InterruptedException;
    }

    @Override
    public List<Program> programs(Effort effort) {
        return List.of(Program.SQLMAP);
    }

    @Override
    public Map<Limit, Integer> lifted() {
        return Map.of(
                Limit.API_REQUESTS_PER_SECOND_PER_TOKEN, NO_BUDGET,
                Limit.API_REQUESTS_PER_SECOND_PER_ORGANIZATION, NO_BUDGET);
    }

    @Override
    public boolean leavesTraces() {
        return true;
    }

    @Override
    public void run(Arena arena) throws Exception {
        Contract contract = TamperingAttack.contract(arena);
        List<Contract.Operation> operations =
                contract.operations().stream()
                        .filter(
                                one ->
                                        one.body().isPresent()
                                                || !one.in("path").isEmpty()
                                                || !one.in("query").isEmpty())
                        .filter(one -> !one.id().equals("askCertificateStatus"))
                        .toList();
        if (arena.effort().isShort()) {
            operations =
                    operations.stream()
                            .sorted(
                                    Comparator.comparingInt(
                                            (Contract.Operation one) -> -one.in("query").size()))
                            .limit(SHORT_OPERATIONS)
                            .toList();
        }
        Pass usual =
                arena.effort()
                        .choose(
                                new Pass("1", "1", SHORT, false),
                                new Pass("1", "3", USUAL_PAYLOADS, true));
        long endNanos = System.nanoTime() + TOGETHER.toNanos();
        pass(arena, contract, operations, usual);
        if (!arena.effort().isShort()) {
            Duration left = Duration.ofNanos(endNanos - System.nanoTime());
            pass(arena, contract, operations, new Pass("5", "3", left, false));
        }
        arena.findings()
                .atMost(
                        "defects in the server's log",
                        0,
                        (double) arena.server().process().logged("met a defect"));
    }

    private static void pass(
            Arena arena, Contract contract, List<Contract.Operation> operations, Pass pass)
            throws Exception {
        try (Relay relay = Relay.to(arena.server().apiPort(), Sources.attackers(20_000));
                StreamFront front =
                        StreamFront.to(
                                arena.server().apiPort(), arena.tls(), Sources.attackers(20_000));
                Watch watch = arena.watch()) {
            Preparation preparation =
                    one ->
                            SqlmapRun.on(
                                    one,
                                    contract,
                                    arena,
                                    one.isStream() ? front.port() : relay.port(),
                                    pass.level,
                                    pass.risk);
            Map<String, Program.Ended> ended = all(operations, pass, preparation);
            watch.attackEnded();
            report(arena.findings(), pass, ended, relay.carried());
            EverybodyElse.areAnswered(arena.findings(), "sqlmap, " + pass, watch);
        }
    }

    /** Those that must come to their end and did not in their share have what the others left. */
    private static Map<String, Program.Ended> all(
            List<Contract.Operation> operations, Pass pass, Preparation preparation)
            throws Exception {
        long endNanos = System.nanoTime() + pass.time.toNanos();
        Map<String, Program.Ended> ended = round(operations, endNanos, preparation);
        if (pass.toItsEnd) {
            List<Contract.Operation> cut =
                    operations.stream()
                            .filter(one -> !Objects.requireNonNull(ended.get(one.id())).inTime())
                            .toList();
            ended.putAll(round(cut, endNanos, preparation));
        }
        for (Contract.Operation one : operations) {
            Optional<String> suspicion =
                    SqlmapOutput.of(Objects.requireNonNull(ended.get(one.id()))).suspicion();
            if (suspicion.isPresent()) {
                ended.put(one.id(), preparation.of(one).only(suspicion.orElseThrow(), CHECK));
            }
        }
        return ended;
    }

    private static Map<String, Program.Ended> round(
            List<Contract.Operation> operations, long endNanos, Preparation preparation)
            throws Exception {
        TimeShare time = new TimeShare(endNanos, operations.size(), AT_A_TIME);
        Map<String, Future<Program.Ended>> running = new LinkedHashMap<>();
        Map<String, Program.Ended> ended = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (Contract.Operation one : operations) {
                running.put(one.id(), threads.submit(() -> preparation.of(one).all(time.next())));
            }
            for (Map.Entry<String, Future<Program.Ended>> one : running.entrySet()) {
                ended.put(one.getKey(), one.getValue().get());
            }
        }
        return ended;
    }

    private static void report(
            Findings findings, Pass pass, Map<String, Program.Ended> ended, long requests) {
        List<String> injectable = new ArrayList<>();
        List<String> untested = new ArrayList<>();
        List<String> cut = new ArrayList<>();
        long errors = 0;
        for (Map.Entry<String, Program.Ended> one : ended.entrySet()) {
            SqlmapOutput output = SqlmapOutput.of(one.getValue());
            if (output.isInjectable() || output.suspicion().isPresent()) {
                injectable.add(one.getKey());
            }
            if (!output.hasTested()) {
                untested.add(one.getKey());
            }
            if (!one.getValue().inTime()) {
                cut.add(one.getKey());
            }
            errors += output.errors();
        }
        findings.atMost(
                pass + ": operations with something that sqlmap can inject into",
                0,
                injectable.size());
        findings.atMost(pass + ": operations that sqlmap did not come to test", 0, untested.size());
        if (pass.toItsEnd) {
            findings.atMost(
                    pass + ": operations on which not all payloads were tried", 0, cut.size());
        }
        findings.atMost(pass + ": answers of 500", 0, (double) errors);
        findings.atLeast(
                pass + ": requests of sqlmap for each operation",
                10,
                requests / (double) ended.size());
        findings.remark(
                "%s: %d operations, %,d requests%s%s%s"
                        .formatted(
                                pass,
                                ended.size(),
                                requests,
                                named("injectable", injectable),
                                named("not tested", untested),
                                pass.toItsEnd || cut.size() < ended.size()
                                        ? named("ended before all payloads were tried", cut)
                                        : "; each was ended before all payloads were tried"));
    }

    private static String named(String what, List<String> operations) {
        return operations.isEmpty()
                ? ""
                : "; %s, %d: %s".formatted(what, operations.size(), String.join(", ", operations));
    }
}
