/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.fuzz.Attempt;
import dev.breakwater.bench.attack.fuzz.Attempt.Expected;
import dev.breakwater.bench.attack.fuzz.Contract;
import dev.breakwater.bench.attack.fuzz.Forgeries;
import dev.breakwater.bench.attack.fuzz.Mutations;
import dev.breakwater.bench.attack.fuzz.Noise;
import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.Request;
import dev.breakwater.server.account.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * Everything that the contract forbids: roles against operations, a stranger against everything
 * that has an id, forged and used-up credentials, each mutation of each operation, and noise.
 */
final class TamperingAttack implements Attack {

    private static final int FAULTS_TOLD_MAX = 20;

    @Override
    public boolean leavesTraces() {
        return true;
    }

    @Override
    public void run(Arena arena) throws Exception {
        World world = arena.world();
        Contract contract = contract(arena);
        Sender sender = new Sender(arena, contract);
        AtomicInteger leaks = new AtomicInteger();
        try (Watch watch = arena.watch()) {
            sender.send(roles(contract, world), (_, _) -> {});
            sender.send(
                    strangers(contract, world),
                    (attempt, answer) -> leaks.addAndGet(leaked(world, attempt, answer)));
            sender.send(credentials(contract, world), (_, _) -> {});
            sender.send(chosen(arena, contract, world), (_, _) -> {});
            watch.attackEnded();
            report(arena, sender, leaks.get());
            EverybodyElse.areAnswered(arena.findings(), "fuzzing", watch);
        }
    }

    static Contract contract(Arena arena) throws Exception {
        return new Contract(
                arena.world().caller().send(Request.of("GET", "/api/v1/openapi.json")).json());
    }

    /** Every role against what it may not do. */
    private static List<Attempt> roles(Contract contract, World world) {
        List<Attempt> attempts = new ArrayList<>();
        world.tokens()
                .forEach(
                        (role, token) -> {
                            for (Contract.Operation operation : contract.operations()) {
                                if (!operation.isPublic() && !isPermitted(role, operation)) {
                                    attempts.add(
                                            new Attempt(
                                                    "role " + role,
                                                    operation.id(),
                                                    contract.sound(
                                                            operation, world.objects(), token),
                                                    Expected.NOT_PERMITTED));
                                }
                            }
                        });
        return attempts;
    }

    private static boolean isPermitted(String role, Contract.Operation operation) {
        return Role.parse(role).permissions().stream()
                .anyMatch(one -> one.code().equals(operation.permission()));
    }

    /** Somebody of another organization, who may do everything there, against what is here. */
    private static List<Attempt> strangers(Contract contract, World world) {
        List<Attempt> attempts = new ArrayList<>();
        for (Contract.Operation operation : contract.operations()) {
            if (operation.isPublic() || operation.permission().startsWith("self:")) {
                continue;
            }
            boolean named = !operation.in("path").isEmpty();
            attempts.add(
                    new Attempt(
                            named ? "stranger" : "stranger's own",
                            operation.id(),
                            contract.sound(operation, world.objects(), world.stranger()),
                            named ? Expected.NOT_FOUND : Expected.HARMLESS));
        }
        return attempts;
    }

    /** How much of an organization a stranger sees who did not know it before. */
    private static int leaked(World world, Attempt attempt, Answer answer) {
        String seen = answer.everything();
        String known =
                new String(attempt.request().bytes(), java.nio.charset.StandardCharsets.UTF_8);
        int leaks = seen.contains(world.canary()) ? world.canary().length() : 0;
        for (Map.Entry<String, String> one : world.objects().entrySet()) {
            if (!one.getKey().equals("problemType")
                    && seen.contains(one.getValue())
                    && !known.contains(one.getValue())) {
                leaks += one.getValue().length();
            }
        }
        return leaks;
    }

    private static List<Attempt> credentials(Contract contract, World world) throws Exception {
        List<Attempt> attempts = new ArrayList<>();
        World.Session ended = world.logIn(world.email());
        Request me = Request.of("GET", "/api/v1/me");
        Forgeries.of(world.session().accessToken())
                .forEach((kind, token) -> attempts.add(forged(kind, me.as(token))));
        attempts.add(forged("a refresh token", me.as(ended.refreshToken())));
        endSession(world, ended);
        attempts.add(forged("the token of a session that has ended", me.as(ended.accessToken())));
        attempts.add(forged("a token that was revoked", me.as(revoked(world))));
        attempts.addAll(replays(world));
        Contract.Operation list =
                contract.operations().stream()
                        .filter(one -> one.id().equals("listDevices"))
                        .findFirst()
                        .orElseThrow();
        Request devices = Request.of("GET", list.path());
        String token = world.token();
        attempts.add(forged("no token", devices));
        attempts.add(forged("another scheme", devices.with("Authorization: Basic " + token)));
        attempts.add(forged("a token cut short", devices.as(token.substring(0, 60))));
        attempts.add(forged("a token and more", devices.as(token + "0")));
        attempts.add(forged("two tokens in one", devices.as(token + ", Bearer " + token)));
        attempts.add(forged("a token in a cookie", devices.with("Cookie: token=" + token)));
        attempts.add(
                forged("a token in the path", devices.at(list.path() + "?access_token=" + token)));
        attempts.add(forged("a token of 7 kB", devices.as("a".repeat(7_000))));
        for (Contract.Operation operation : contract.operations()) {
            if (!operation.isPublic()) {
                attempts.add(
                        new Attempt(
                                "no token",
                                operation.id(),
                                contract.sound(operation, world.objects(), token)
                                        .without("Authorization"),
                                Expected.UNAUTHENTICATED));
            }
        }
        return attempts;
    }

    private static Attempt forged(String kind, Request request) {
        return new Attempt(kind, request.target(), request, Expected.UNAUTHENTICATED);
    }

    private static void endSession(World world, World.Session session) throws Exception {
        JsonNode sessions = world.caller().get(session.accessToken(), "/me/sessions").path("items");
        for (JsonNode one : sessions) {
            if (one.path("current").asBoolean()) {
                Request end =
                        Request.of("DELETE", "/api/v1/me/sessions/" + one.path("id").asString())
                                .as(session.accessToken());
                var _ = world.caller().send(end);
            }
        }
    }

    private static String revoked(World world) throws Exception {
        JsonNode made =
                world.caller()
                        .post(
                                world.token(),
                                "/tokens",
                                "{\"name\":\"to be revoked\",\"role\":\"auditor\"}");
        Request revoke =
                Request.of("DELETE", "/api/v1/tokens/" + made.path("id").asString())
                        .as(world.token());
        var _ = world.caller().send(revoke);
        return made.path("secret").asString();
    }

    /** A refresh token that was used already, and the session that ends by it. */
    private static List<Attempt> replays(World world) throws Exception {
        World.Session session = world.logIn(world.email());
        Request refresh =
                Request.of("POST", "/api/v1/sessions/refresh", "Content-Type: application/json")
                        .carrying("{\"refreshToken\":\"%s\"}".formatted(session.refreshToken()));
        Answer first = world.caller().send(refresh);
        Answer second = world.caller().send(refresh);
        String next = first.json().path("accessToken").asString();
        List<Attempt> attempts = new ArrayList<>();
        attempts.add(
                new Attempt(
                        "a refresh token used again", "refreshSession", refresh, Expected.REFUSED));
        if (second.status() / 100 == 4) {
            attempts.add(
                    forged(
                            "the token of a session whose refresh token came twice",
                            Request.of("GET", "/api/v1/me").as(next)));
        }
        return attempts;
    }

    /** Each mutation once, as many as there is time for, and then noise. */
    private static List<Attempt> chosen(Arena arena, Contract contract, World world) {
        Random random = new Random(arena.effort().seed());
        List<Attempt> attempts =
                new ArrayList<>(new Mutations(contract, world.objects(), world.token()).all());
        Collections.shuffle(attempts, random);
        int most = arena.effort().fuzzed();
        arena.findings()
                .remark(
                        "%,d mutations of %d operations are known, seed %d"
                                .formatted(
                                        attempts.size(),
                                        contract.operations().size(),
                                        arena.effort().seed()));
        if (attempts.size() > most) {
            return attempts.subList(0, most);
        }
        List<Request> sound =
                contract.operations().stream()
                        .map(one -> contract.sound(one, world.objects(), world.token()))
                        .toList();
        Noise noise = new Noise(sound, random);
        while (attempts.size() < most) {
            attempts.add(noise.next());
        }
        return attempts;
    }

    private static void report(Arena arena, Sender sender, int leaks) throws Exception {
        Findings findings = arena.findings();
        findings.atMost("answers that are not as they must be", 0, sender.wrong());
        findings.atMost("answers of 500 and above", 0, sender.serverErrors());
        findings.atMost(
                "defects in the server's log",
                0,
                (double) arena.server().process().logged("met a defect"));
        findings.atMost("bytes of another organization that were seen", 0, leaks);
        findings.remark(
                "%,d requests; %,d were turned away for their rate and sent again from elsewhere"
                        .formatted(sender.sent(), sender.turnedAway()));
        sender.faults().entrySet().stream()
                .limit(FAULTS_TOLD_MAX)
                .forEach(
                        fault ->
                                findings.remark(
                                        "%s (%d times)"
                                                .formatted(fault.getKey(), fault.getValue())));
    }
}
