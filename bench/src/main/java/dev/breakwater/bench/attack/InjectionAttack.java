/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.fuzz.Contract;
import dev.breakwater.bench.attack.fuzz.Samples;
import dev.breakwater.bench.attack.wire.Relay;
import dev.breakwater.bench.attack.wire.Request;
import dev.breakwater.bench.attack.wire.Sources;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * sqlmap on every operation that has a parameter or a body, with a token, within a time for each.
 * Its requests come from many sources, or it would test nothing but the limits of one.
 */
final class InjectionAttack implements Attack {

    private static final String FOUND = "identified the following injection point";
    private static final Pattern ERROR_500 = Pattern.compile("500 \\([^)]*\\) - (\\d+) times");
    private static final int SHORT_OPERATIONS = 2;
    private static final int AT_A_TIME = 2;

    @Override
    public List<Program> programs() {
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
                Watch watch = arena.watch()) {
            Map<String, Program.Ended> ended = all(arena, contract, operations, relay.port());
            watch.attackEnded();
            report(arena, ended, relay.carried());
            EverybodyElse.areAnswered(arena.findings(), "sqlmap", watch);
        }
    }

    private static Map<String, Program.Ended> all(
            Arena arena, Contract contract, List<Contract.Operation> operations, int port)
            throws Exception {
        Map<String, Future<Program.Ended>> running = new LinkedHashMap<>();
        Map<String, Program.Ended> ended = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (Contract.Operation operation : operations) {
                running.put(
                        operation.id(),
                        threads.submit(() -> sqlmap(arena, contract, operation, port)));
            }
            for (Map.Entry<String, Future<Program.Ended>> one : running.entrySet()) {
                ended.put(one.getKey(), one.getValue().get());
            }
        }
        return ended;
    }

    private static Program.Ended sqlmap(
            Arena arena, Contract contract, Contract.Operation operation, int port)
            throws IOException, InterruptedException {
        Path home = Files.createDirectory(arena.directory().resolve(operation.id()));
        Path request = home.resolve("request");
        Files.write(request, marked(arena.world(), contract, operation, port).bytes());
        Duration atMost = arena.effort().choose(Duration.ofSeconds(6), Duration.ofSeconds(75));
        return Program.SQLMAP.run(
                home,
                atMost,
                List.of(
                        "-r",
                        request.toString(),
                        "--ignore-stdin",
                        "--force-ssl",
                        "--batch",
                        "--level",
                        arena.effort().choose("1", "5"),
                        "--risk",
                        arena.effort().choose("1", "3"),
                        "--threads",
                        "2",
                        "--timeout",
                        "10",
                        "--retries",
                        "1",
                        "--flush-session",
                        "--ignore-code",
                        "401",
                        "--output-dir",
                        home.toString()));
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
        long errors = 0;
        long unfinished = 0;
        for (Map.Entry<String, Program.Ended> one : ended.entrySet()) {
            String output = one.getValue().output();
            if (output.contains(FOUND)) {
                injectable.add(one.getKey());
            }
            unfinished += one.getValue().inTime() ? 0 : 1;
            Matcher error = ERROR_500.matcher(output);
            errors += error.find() ? Long.parseLong(error.group(1)) : 0;
        }
        errors += arena.server().process().logged("met a defect");
        findings.atMost(
                "operations with something that sqlmap can inject into", 0, injectable.size());
        findings.atMost("answers of 500 and defects in the server's log", 0, (double) errors);
        findings.atLeast(
                "requests of sqlmap for each operation", 10, requests / (double) ended.size());
        findings.remark(
                "%d operations, %,d requests; %d operations took longer than the time there was for each%s"
                        .formatted(
                                ended.size(),
                                requests,
                                unfinished,
                                injectable.isEmpty() ? "" : "; injectable: " + injectable));
    }
}
