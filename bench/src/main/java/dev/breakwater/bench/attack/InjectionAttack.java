/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.fuzz.Contract;
import dev.breakwater.bench.attack.fuzz.Samples;
import dev.breakwater.bench.attack.wire.Relay;
import dev.breakwater.bench.attack.wire.Request;
import dev.breakwater.bench.attack.wire.Sources;
import dev.breakwater.bench.attack.wire.StreamFront;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToIntFunction;

/**
 * sqlmap on every operation that has a parameter or a body, with a token, two at a time. First with
 * the usual payloads, to the end, so that everything has been tried with something; then with all
 * payloads that it has (level 5, risk 3), in the time that is left, which the operations share:
 * what is over for one goes to the next, and those that were ended are counted. All payloads on
 * every value would take days. Its requests come from many sources, or it would test nothing but
 * the limits of one.
 */
final class InjectionAttack implements Attack {

    private static final Duration USUAL_PAYLOADS = Duration.ofMinutes(14);
    private static final Duration TOGETHER = Duration.ofMinutes(22);
    private static final Duration SHORT = Duration.ofSeconds(12);
    private static final int SHORT_OPERATIONS = 2;
    private static final int AT_A_TIME = 2;

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

    @Override
    public List<Program> programs(Effort effort) {
        return List.of(Program.SQLMAP);
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
            Map<String, Program.Ended> ended =
                    all(
                            arena,
                            contract,
                            operations,
                            one -> one.isStream() ? front.port() : relay.port(),
                            pass);
            watch.attackEnded();
            report(arena.findings(), pass, ended, relay.carried());
            EverybodyElse.areAnswered(arena.findings(), "sqlmap, " + pass, watch);
        }
    }

    private static Map<String, Program.Ended> all(
            Arena arena,
            Contract contract,
            List<Contract.Operation> operations,
            ToIntFunction<Contract.Operation> port,
            Pass pass)
            throws Exception {
        TimeShare time = new TimeShare(pass.time, operations.size(), AT_A_TIME);
        Map<String, Future<Program.Ended>> running = new LinkedHashMap<>();
        Map<String, Program.Ended> ended = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (Contract.Operation operation : operations) {
                Path home =
                        Files.createDirectory(
                                arena.directory().resolve(operation.id() + "-" + pass.level));
                Request request =
                        marked(arena.world(), contract, operation, port.applyAsInt(operation));
                running.put(
                        operation.id(),
                        threads.submit(() -> sqlmap(home, request, operation, pass, time)));
            }
            for (Map.Entry<String, Future<Program.Ended>> one : running.entrySet()) {
                ended.put(one.getKey(), one.getValue().get());
            }
        }
        return ended;
    }

    private static Program.Ended sqlmap(
            Path home, Request request, Contract.Operation operation, Pass pass, TimeShare time)
            throws IOException, InterruptedException {
        Path file = home.resolve("request");
        Files.write(file, request.bytes());
        List<String> arguments = new ArrayList<>(arguments(file, home, pass.level, pass.risk));
        if (!operation.isStream()) {
            arguments.add("--force-ssl");
        }
        return Program.SQLMAP.run(home, time.next(), arguments);
    }

    /**
     * What sqlmap is told.
     *
     * @param request a file with the request, its values marked
     */
    static List<String> arguments(Path request, Path home, String level, String risk) {
        return List.of(
                "-r",
                request.toString(),
                "--ignore-stdin",
                "--batch",
                "--level",
                level,
                "--risk",
                risk,
                "--threads",
                "2",
                "--timeout",
                "10",
                "--retries",
                "1",
                "--flush-session",
                // Or it gives up where the sound request is answered with one of them.
                "--ignore-code",
                "*",
                "--output-dir",
                home.toString());
    }

    /** The sound request, with sqlmap's mark behind each value of path and query. */
    private static Request marked(
            World world, Contract contract, Contract.Operation operation, int port) {
        Map<String, String> marked = new LinkedHashMap<>();
        world.objects().forEach((name, id) -> marked.put(name, id + "*"));
        Request sound = contract.sound(operation, world.objects(), world.token());
        List<String> query = new ArrayList<>();
        for (Contract.Parameter one : operation.in("query")) {
            query.add(
                    one.name()
                            + "="
                            + new Samples(contract, Map.of()).of(one.schema()).asString()
                            + "*");
        }
        String target =
                operation.at(marked) + (query.isEmpty() ? "" : "?" + String.join("&", query));
        // A star in a header would be taken for a mark.
        boolean conditional =
                operation.in("header").stream().anyMatch(one -> one.name().equals("If-Match"));
        Request request = sound.at(target).without("If-Match").with("Host: 127.0.0.1:" + port);
        return conditional ? request.with("If-Match: \"1\"") : request;
    }

    private static void report(
            Findings findings, Pass pass, Map<String, Program.Ended> ended, long requests) {
        List<String> injectable = new ArrayList<>();
        List<String> untested = new ArrayList<>();
        List<String> cut = new ArrayList<>();
        long errors = 0;
        for (Map.Entry<String, Program.Ended> one : ended.entrySet()) {
            SqlmapOutput output = SqlmapOutput.of(one.getValue());
            if (output.isInjectable()) {
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
