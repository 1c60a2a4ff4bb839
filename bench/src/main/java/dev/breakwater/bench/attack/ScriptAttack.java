/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.fuzz.Contract;
import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.Relay;
import dev.breakwater.bench.attack.wire.Request;
import dev.breakwater.bench.attack.wire.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Scripts in every text that can be written, and wapiti over the pages that are served. Every
 * answer that a browser would show as a page must forbid scripts that are not its own.
 */
final class ScriptAttack implements Attack {

    private static final Duration TO_END = Duration.ofSeconds(10);
    private static final String PAYLOAD =
            "<script>alert(1)</script>\\\"><img src=x onerror=alert(2)>";

    @Override
    public List<Program> programs(Effort effort) {
        return effort.isCalm() ? List.of(Program.WAPITI) : List.of();
    }

    @Override
    public void run(Arena arena) throws Exception {
        plant(arena.world());
        if (arena.effort().isCalm()) {
            wapiti(arena);
        }
        pages(arena);
    }

    private static void wapiti(Arena arena) throws Exception {
        Path report = arena.directory().resolve("wapiti.json");
        Duration time = arena.effort().choose(Duration.ofSeconds(3), Duration.ofSeconds(240));
        try (Relay relay = Relay.to(arena.server().apiPort(), Sources.attackers(20_000));
                Watch watch = arena.watch()) {
            Program.Ended ended =
                    Program.WAPITI.run(
                            arena.directory(),
                            time.plus(TO_END),
                            arguments(arena, relay.port(), time, report));
            watch.attackEnded();
            List<String> places =
                    Files.exists(report) ? WapitiReport.read(report).places() : List.of();
            arena.findings()
                    .atMost(
                            "places into which wapiti can inject scripts",
                            0,
                            Files.exists(report) ? places.size() : Double.NaN);
            arena.findings()
                    .remark(
                            "wapiti made %,d connections and %s%s"
                                    .formatted(
                                            relay.carried(),
                                            ended.inTime() ? "ended by itself" : "was ended",
                                            places.isEmpty() ? "" : "; it found " + places));
            EverybodyElse.areAnswered(arena.findings(), "wapiti", watch);
        }
    }

    /**
     * What wapiti is told.
     *
     * @param url where it begins
     * @param headers it sends with each request
     * @param report the file that it writes
     */
    static List<String> arguments(String url, List<String> headers, Duration time, Path report) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-u",
                                url,
                                "-m",
                                "xss,permanentxss",
                                "--scope",
                                "domain",
                                "--verify-ssl",
                                "0",
                                "--flush-session",
                                "--max-scan-time",
                                Long.toString(time.toSeconds()),
                                "-f",
                                "json",
                                "-o",
                                report.toString()));
        for (String header : headers) {
            arguments.add("-H");
            arguments.add(header);
        }
        return arguments;
    }

    /** From the reference on, and every operation that reads, with its parameters. */
    private static List<String> arguments(Arena arena, int port, Duration time, Path report)
            throws Exception {
        String server = "https://127.0.0.1:" + port;
        List<String> arguments =
                arguments(
                        server + "/api/v1/reference",
                        List.of("Authorization: Bearer " + arena.world().token()),
                        time,
                        report);
        Contract contract = TamperingAttack.contract(arena);
        for (Contract.Operation operation : contract.operations()) {
            String url = server + operation.at(arena.world().objects());
            // It waits for the end of whatever it asks for, and a stream has none.
            if (!operation.isUnsafe() && !operation.isStream()) {
                List<String> query = new ArrayList<>(List.of("q=1"));
                operation.in("query").forEach(one -> query.add(one.name() + "=1"));
                arguments.add("-s");
                arguments.add(url + "?" + String.join("&", query));
            }
        }
        return arguments;
    }

    /** Texts that people write, so that a page which shows them shows the payload. */
    private static void plant(World world) throws Exception {
        var _ =
                world.caller()
                        .post(world.token(), "/products", "{\"name\":\"%s\"}".formatted(PAYLOAD));
        var _ =
                world.caller()
                        .post(
                                world.token(),
                                "/tokens",
                                "{\"name\":\"%s\",\"role\":\"auditor\"}".formatted(PAYLOAD));
        String device = world.objects().get("deviceId");
        var _ =
                world.caller()
                        .post(
                                world.token(),
                                "/devices/" + device + "/commands",
                                "{\"name\":\"feed\",\"arguments\":{\"note\":\"%s\"}}"
                                        .formatted(PAYLOAD));
    }

    /** Reads everything that can be read, and looks at what a browser would make of it. */
    private static void pages(Arena arena) throws Exception {
        Contract contract = TamperingAttack.contract(arena);
        World world = arena.world();
        List<String> loose = new ArrayList<>();
        int pages = 0;
        for (Contract.Operation operation : contract.operations()) {
            if (operation.isUnsafe()) {
                continue;
            }
            Answer answer =
                    world.caller().send(contract.sound(operation, world.objects(), world.token()));
            pages++;
            if (!isTight(answer)) {
                loose.add(operation.id());
            }
        }
        Answer missing = world.caller().send(Request.of("GET", "/<script>alert(1)</script>"));
        if (missing.body().contains("<script>alert") || !isTight(missing)) {
            loose.add("what is not there");
        }
        arena.findings()
                .atMost("answers in which a browser may run a foreign script", 0, loose.size());
        arena.findings()
                .remark(
                        "%d kinds of answer were looked at%s"
                                .formatted(pages, loose.isEmpty() ? "" : "; not tight: " + loose));
    }

    private static boolean isTight(Answer answer) {
        String type = answer.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        String policy = answer.header("Content-Security-Policy").orElse("");
        boolean sniffed =
                answer.header("X-Content-Type-Options").stream()
                        .noneMatch(value -> value.equalsIgnoreCase("nosniff"));
        boolean open =
                type.startsWith("text/html")
                        && (policy.isEmpty()
                                || policy.contains("unsafe-inline")
                                || policy.contains("unsafe-eval"));
        return !sniffed && !open;
    }
}
