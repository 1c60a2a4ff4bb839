/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.fuzz.Contract;
import dev.breakwater.bench.attack.fuzz.Samples;
import dev.breakwater.bench.attack.wire.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * sqlmap on one operation.
 *
 * @param home what it leaves behind goes here
 * @param request the operation's sound request, its values marked
 * @param tls whether the port speaks TLS
 */
record SqlmapRun(Path home, Path request, boolean tls, String level, String risk) {

    /** An id that could be somebody's. */
    private static final String NOBODY = "01a20000-0000-7000-8000-000000000000";

    /**
     * Prepares it against this port. A member's own affairs it sends in a new session, which lasts
     * ten minutes.
     */
    static SqlmapRun on(
            Contract.Operation operation,
            Contract contract,
            Arena arena,
            int port,
            String level,
            String risk)
            throws IOException, InterruptedException {
        Path home =
                Files.createTempDirectory(arena.directory(), operation.id() + "-" + level + "-");
        Path request =
                Files.write(
                        home.resolve("request"),
                        marked(arena.world(), contract, operation, port).bytes());
        return new SqlmapRun(home, request, !operation.isStream(), level, risk);
    }

    /** All payloads, for as long. */
    Program.Ended all(Duration time) throws IOException, InterruptedException {
        return run(time, List.of());
    }

    /** This payload alone. */
    Program.Ended only(String payload, Duration time) throws IOException, InterruptedException {
        return run(time, List.of("--test-filter", payload));
    }

    private Program.Ended run(Duration time, List<String> more)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(arguments(request, home, level, risk));
        if (tls) {
            arguments.add("--force-ssl");
        }
        arguments.addAll(more);
        return Program.SQLMAP.run(home, time, arguments);
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
            World world, Contract contract, Contract.Operation operation, int port)
            throws IOException, InterruptedException {
        Map<String, String> marked = new LinkedHashMap<>();
        for (Contract.Parameter one : operation.in("path")) {
            marked.put(one.name(), world.objects().getOrDefault(one.name(), NOBODY) + "*");
        }
        String token =
                operation.isOwnAffair() ? world.logIn(world.email()).accessToken() : world.token();
        Request sound = contract.sound(operation, world.objects(), token);
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
}
