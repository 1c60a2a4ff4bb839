/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.HttpsLine;
import dev.breakwater.bench.attack.wire.Relay;
import dev.breakwater.bench.attack.wire.Sources;
import dev.breakwater.bench.load.Latencies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Passwords from a list, tried on one account from many sources; and what the time of an answer
 * gives away about whether there is such an account.
 */
final class StuffingAttack implements Attack {

    private static final int TRIES_MAX = 10;
    private static final double DIFFERENCE_PERCENT = 5;
    private static final double QUICK_PERCENT = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What an address has before it must wait. */
    private static final int TRIES_OF_AN_ADDRESS = 4;

    private final Sources sources = Sources.attackers(20_000);

    @Override
    public List<Program> programs(Effort effort) {
        return List.of(Program.HYDRA);
    }

    @Override
    public void run(Arena arena) throws Exception {
        if (arena.effort().isCalm()) {
            timing(arena);
        }
        control(arena);
        guess(arena);
    }

    /** Hydra knows a right password when it has one, or what it does not find says nothing. */
    private void control(Arena arena) throws Exception {
        String address = "guessed@reef.example";
        var _ = arena.world().member(address);
        Path list = arena.directory().resolve("right");
        Files.write(list, List.of(World.PASSWORD));
        try (Relay relay = Relay.to(arena.server().apiPort(), sources)) {
            Program.Ended ended = hydra(arena, relay, address, list, Duration.ofSeconds(30));
            arena.findings()
                    .atLeast(
                            "passwords that hydra finds when the first of its list is right",
                            1,
                            HydraOutput.of(ended).found());
        }
    }

    private void guess(Arena arena) throws Exception {
        int guesses = arena.effort().choose(200, 10_000);
        Path list = arena.directory().resolve("passwords");
        List<String> passwords =
                new ArrayList<>(
                        IntStream.range(0, guesses)
                                .mapToObj("correct-horse-battery %05d"::formatted)
                                .toList());
        // The right one stands at the end of the list, where whoever is slowed never arrives.
        passwords.add(World.PASSWORD);
        Files.write(list, passwords);
        Operations operations = new Operations(arena.server().operationsPort());
        double hashedBefore = hashed(operations);
        double tooSoonBefore = operations.refusals(Sources.PROBE, "log-in-too-often");
        try (Relay relay = Relay.to(arena.server().apiPort(), sources);
                Watch watch = arena.watch()) {
            Program.Ended ended =
                    hydra(
                            arena,
                            relay,
                            arena.world().email(),
                            list,
                            arena.effort().choose(Duration.ofSeconds(4), Duration.ofMinutes(3)));
            watch.attackEnded();
            double hashed = hashed(operations) - hashedBefore;
            double tooSoon = operations.refusals(Sources.PROBE, "log-in-too-often") - tooSoonBefore;
            Findings findings = arena.findings();
            findings.atMost("tries on an account that reach the hash", TRIES_MAX, hashed);
            findings.atMost("passwords that hydra has found", 0, HydraOutput.of(ended).found());
            findings.atLeast(
                    "tries of hydra that arrive",
                    arena.effort().choose(5, 1_000),
                    hashed + tooSoon);
            findings.remark(
                    "hydra: %,.0f tries on one account, %.0f of them hashed, %,.0f unseen"
                            .formatted(hashed + tooSoon, hashed, tooSoon));
            EverybodyElse.areAnswered(findings, "hydra", watch);
        }
    }

    private static Program.Ended hydra(
            Arena arena, Relay relay, String address, Path list, Duration atMost) throws Exception {
        return Program.HYDRA.run(
                arena.directory(),
                atMost,
                arguments(address, list, relay.port(), "https-post-form", "/api/v1/sessions"));
    }

    /** What hydra is told. */
    static List<String> arguments(
            String address, Path list, int port, String service, String path) {
        String form =
                path
                        + ":{\"email\"\\:\"^USER^\",\"password\"\\:\"^PASS^\"}"
                        + ":H=Content-Type\\: application/json:S=accessToken";
        return List.of(
                "-l",
                address,
                "-P",
                list.toString(),
                "-t",
                "8",
                "-I",
                "-s",
                Integer.toString(port),
                "127.0.0.1",
                service,
                form);
    }

    /** Every attempt that is hashed is either right, or refused for being wrong. */
    private static double hashed(Operations operations) throws IOException {
        return operations.refusals(Sources.PROBE, "log-in-refused");
    }

    /** Wrong passwords for accounts that are there and for others, in turn. */
    private void timing(Arena arena) throws Exception {
        int accounts = arena.effort().choose(4, 40);
        Latencies known = new Latencies();
        Latencies unknown = new Latencies();
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < accounts; i++) {
            String address = "member-%d@reef.example".formatted(i);
            var _ = arena.world().member(address);
            for (int n = 0; n < TRIES_OF_AN_ADDRESS; n++) {
                answers.add(attempt(arena, address, known));
                answers.add(attempt(arena, "nobody-%d@reef.example".formatted(i), unknown));
            }
        }
        // Of the quick ones: what slows an attempt down by chance is no property of the account.
        double there = known.sorted().millis(QUICK_PERCENT);
        double nowhere = unknown.sorted().millis(QUICK_PERCENT);
        // A rehearsal has too few to tell five percent from chance.
        if (!arena.effort().isShort()) {
            arena.findings()
                    .below(
                            "difference in time of known and unknown accounts, %",
                            DIFFERENCE_PERCENT,
                            100 * Math.abs(there - nowhere) / Math.max(there, nowhere));
        }
        arena.findings()
                .atMost(
                        "kinds of answer to a wrong password",
                        1,
                        (double) answers.stream().distinct().count());
        arena.findings()
                .remark(
                        "the quickest tenth of %d attempts each was within %.2f ms for accounts that are there, %.2f ms for others"
                                .formatted(known.count(), there, nowhere));
    }

    private String attempt(Arena arena, String address, Latencies latencies) throws IOException {
        try (HttpsLine line =
                HttpsLine.open(arena.tls(), sources.next(), arena.server().apiPort(), PATIENCE)) {
            byte[] request = World.logInRequest(address, "a wrong password, certainly").bytes();
            long begun = System.nanoTime();
            line.send(request);
            Answer answer = line.answer(false);
            latencies.add(System.nanoTime() - begun);
            return answer.status() + " " + answer.body();
        }
    }
}
