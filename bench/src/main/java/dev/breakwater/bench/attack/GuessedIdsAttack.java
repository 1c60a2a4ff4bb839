/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.fuzz.Contract;
import dev.breakwater.bench.attack.wire.Relay;
import dev.breakwater.bench.attack.wire.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** ffuf with the token of a stranger: foreign ids, ids next to them, and ids that are guessed. */
final class GuessedIdsAttack implements Attack {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int SHORT_OPERATIONS = 2;

    @Override
    public List<Program> programs(Effort effort) {
        return List.of(Program.FFUF);
    }

    @Override
    public void run(Arena arena) throws Exception {
        List<Contract.Operation> operations =
                TamperingAttack.contract(arena).operations().stream()
                        .filter(one -> one.method().equals("GET"))
                        .filter(one -> !one.isPublic() && !one.in("path").isEmpty())
                        .toList();
        if (arena.effort().isShort()) {
            operations = operations.subList(0, SHORT_OPERATIONS);
        }
        Path list = arena.directory().resolve("ids");
        Set<String> ids = ids(arena);
        Files.write(list, ids);
        Map<String, Integer> others = new TreeMap<>();
        int heard = 0;
        try (Relay relay = Relay.to(arena.server().apiPort(), Sources.attackers(20_000));
                Watch watch = arena.watch()) {
            for (Contract.Operation operation : operations) {
                heard += ffuf(arena, operation, list, relay.port(), others);
            }
            watch.attackEnded();
            arena.findings()
                    .atMost(
                            "answers other than 404",
                            0,
                            others.values().stream().mapToInt(Integer::intValue).sum());
            arena.findings()
                    .atLeast(
                            "guesses that were answered, %",
                            100, 100.0 * heard / (ids.size() * (double) operations.size()));
            arena.findings()
                    .remark(
                            "%d ids on each of %d operations%s"
                                    .formatted(
                                            ids.size(),
                                            operations.size(),
                                            others.isEmpty() ? "" : "; others: " + others));
            EverybodyElse.areAnswered(arena.findings(), "ffuf", watch);
        }
    }

    /** Real ids of the other organization, their neighbours, and what people try. */
    private static Set<String> ids(Arena arena) {
        Set<String> ids = new LinkedHashSet<>();
        arena.world()
                .objects()
                .forEach(
                        (name, id) -> {
                            if (!name.equals("problemType")) {
                                ids.add(id);
                                UUID known = UUID.fromString(id);
                                for (int i = 1; i <= 4; i++) {
                                    ids.add(
                                            new UUID(
                                                            known.getMostSignificantBits(),
                                                            known.getLeastSignificantBits() + i)
                                                    .toString());
                                }
                            }
                        });
        int devices = arena.effort().choose(10, arena.fleet().devices().size());
        arena.fleet().first(devices).forEach(device -> ids.add(device.id()));
        Random random = new Random(arena.effort().seed());
        int guesses = arena.effort().choose(20, 500);
        for (int i = 0; i < guesses; i++) {
            ids.add(new UUID(random.nextLong(), random.nextLong()).toString());
        }
        ids.add("ffffffff-ffff-ffff-ffff-ffffffffffff");
        return ids;
    }

    /** Returns how many guesses were answered, and adds those that were not as they must be. */
    private static int ffuf(
            Arena arena,
            Contract.Operation operation,
            Path list,
            int port,
            Map<String, Integer> others)
            throws Exception {
        Path output = arena.directory().resolve(operation.id() + ".json");
        Map<String, String> objects = new HashMap<>(arena.world().objects());
        List<Contract.Parameter> path = new ArrayList<>(operation.in("path"));
        objects.put(path.getLast().name(), "FUZZ");
        var _ =
                Program.FFUF.run(
                        arena.directory(),
                        PATIENCE,
                        arguments(
                                list,
                                "https://127.0.0.1:" + port + operation.at(objects),
                                arena.world().stranger(),
                                output));
        FfufReport report = FfufReport.read(output);
        report.othersThan(404)
                .forEach(
                        (status, count) ->
                                others.merge(operation.id() + " " + status, count, Integer::sum));
        int guesses = Files.readAllLines(list).size();
        if (report.heard() < guesses) {
            arena.findings()
                    .remark(
                            "%s: %d of %d guesses were answered"
                                    .formatted(operation.id(), report.heard(), guesses));
        }
        return report.heard();
    }

    /** What ffuf is told: to report every answer, each guess from a source of its own. */
    static List<String> arguments(Path list, String url, String token, Path report) {
        return List.of(
                "-w",
                list.toString(),
                "-u",
                url,
                "-H",
                "Authorization: Bearer " + token,
                "-H",
                "Connection: close",
                "-mc",
                "all",
                // With more threads it loses a few of the answers that it has heard.
                "-t",
                "1",
                "-s",
                "-of",
                "json",
                "-o",
                report.toString());
    }
}
