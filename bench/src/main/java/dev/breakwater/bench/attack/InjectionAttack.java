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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToIntFunction;

/**
 * sqlmap on every operation that has a parameter or a body, with a token, two at a time, within a
 * time that they share: what is over for one goes to the next, and those that were ended are named.
 * Its requests come from many sources, or it would test nothing but the limits of one.
 */
final class InjectionAttack implements Attack {

    private static final Duration FULL = Duration.ofMinutes(20);
    private static final Duration SHORT = Duration.ofSeconds(12);
    private static final int SHORT_OPERATIONS = 2;
    private static final int AT_A_TIME = 2;

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
            operations = operations.subList(0, SHORT_OPERATIONS);
        }
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
                            one -> one.isStream() ? front.port() : relay.port());
            watch.attackEnded();
            report(arena, ended, relay.carried());
            EverybodyElse.areAnswered(arena.findings(), "sqlmap", watch);
        }
    }

    private static Map<String, Program.Ended> all(
            Arena arena,
            Contract contract,
            List<Contract.Operation> operations,
            ToIntFunction<Contract.Operation> port)
            throws Exception {
        TimeShare time =
                new TimeShare(arena.effort().choose(SHORT, FULL), operations.size(), AT_A_TIME);
        Map<String, Future<Program.Ended>> running = new LinkedHashMap<>();
        Map<String, Program.Ended> ended = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (Contract.Operation operation : operations) {
                running.put(
                        operation.id(),
                        threads.submit(
                                () ->
                                        sqlmap(
                                                arena,
                                                contract,
                                                operation,
                                                port.applyAsInt(operation),
                                                time.next())));
            }
            for (Map.Entry<String, Future<Program.Ended>> one : running.entrySet()) {
                ended.put(one.getKey(), one.getValue().get());
            }
        }
        return ended;
    }

    private static Program.Ended sqlmap(
            Arena arena,
            Contract contract,
            Contract.Operation operation,
            int port,
            Duration atMost)
            throws IOException, InterruptedException {
        Path home = Files.createDirectory(arena.directory().resolve(operation.id()));
        Path request = home.resolve("request");
        Files.write(request, marked(arena.world(), contract, operation, port).bytes());
        List<String> arguments =
                new ArrayList<>(
                        arguments(
                                request,
                                home,
                                arena.effort().choose("1", "5"),
                                arena.effort().choose("1", "3")));
        if (!operation.isStream()) {
            arguments.add("--force-ssl");
        }
        return Program.SQLMAP.run(home, atMost, arguments);
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

    private static void report(Arena arena, Map<String, Program.Ended> ended, long requests)
            throws IOException {
        Findings findings = arena.findings();
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
        errors += arena.server().process().logged("met a defect");
        findings.atMost(
                "operations with something that sqlmap can inject into", 0, injectable.size());
        findings.atMost("operations that sqlmap did not come to test", 0, untested.size());
        findings.atMost("answers of 500 and defects in the server's log", 0, (double) errors);
        findings.atLeast(
                "requests of sqlmap for each operation", 10, requests / (double) ended.size());
        findings.remark(
                "%d operations, %,d requests, level %s, risk %s%s%s%s"
                        .formatted(
                                ended.size(),
                                requests,
                                arena.effort().choose("1", "5"),
                                arena.effort().choose("1", "3"),
                                named("injectable", injectable),
                                named("not tested", untested),
                                named("ended before all payloads were tried", cut)));
    }

    private static String named(String what, List<String> operations) {
        return operations.isEmpty()
                ? ""
                : "; %s, %d: %s"
                        .formatted(what, operations.size(), String.join(", ", operations));
    }
}
