/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.fuzz.Contract;
import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.Request;
import dev.breakwater.bench.attack.wire.Sources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What another site makes a visitor's browser send: every unsafe operation, as a form or a script
 * would send it, with whatever the browser adds by itself. That is a cookie, where logging in sets
 * one; a token is never added by itself, and no site may be told by CORS that it could.
 */
final class ForgedOriginAttack implements Attack {

    private static final int TOLD_MAX = 10;

    /** What a browser says about where a request comes from. */
    private static final List<List<String>> FOREIGN =
            List.of(
                    List.of("Origin: https://elsewhere.example", "Sec-Fetch-Site: cross-site"),
                    List.of("Origin: null", "Sec-Fetch-Site: cross-site"),
                    List.of("Origin: https://localhost.elsewhere.example"),
                    List.of("Origin: http://localhost", "Sec-Fetch-Site: same-site"),
                    List.of("Origin: https://localhost:1", "Sec-Fetch-Site: same-site"),
                    List.of("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"),
                    List.of("Referer: https://elsewhere.example/"));

    private static final List<String> TYPES_OF_FORMS =
            List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data");

    @Override
    public void run(Arena arena) throws Exception {
        World world = arena.world();
        Contract contract = TamperingAttack.contract(arena);
        List<Contract.Operation> unsafe =
                contract.operations().stream()
                        .filter(Contract.Operation::isUnsafe)
                        .filter(one -> !one.isPublic())
                        .toList();
        Sources sources = Sources.attackers(10_000);
        Caller browsers = new Caller(arena.tls(), sources::next, arena.server().apiPort());
        String cookie = world.session().cookie();
        long deedsBefore = world.deeds();
        Map<String, Integer> wrong = new TreeMap<>();
        int sent = 0;
        for (Contract.Operation operation : unsafe) {
            for (Request request : requests(contract, operation, world, cookie)) {
                Answer answer = browsers.send(request);
                sent++;
                // Without anything that proves who it is, there is nobody to be refused yet.
                boolean refused =
                        answer.status() == 403 || (cookie.isEmpty() && answer.status() == 401);
                if (!refused || invites(answer)) {
                    wrong.merge(operation.id() + " " + answer.status(), 1, Integer::sum);
                }
            }
        }
        int invitations = 0;
        for (Contract.Operation operation : contract.operations()) {
            invitations += invites(browsers.send(preflight(operation, world))) ? 1 : 0;
        }
        Findings findings = arena.findings();
        findings.atMost(
                "requests of another site that are not refused",
                0,
                wrong.values().stream().mapToInt(Integer::intValue).sum());
        findings.atMost("deeds that they have left", 0, (double) (world.deeds() - deedsBefore));
        findings.atMost("operations that CORS opens to another site", 0, invitations);
        findings.atMost("log-ins from another site that set a cookie", 0, logsIn(world) ? 1 : 0);
        findings.remark(
                "%d requests to %d operations, with %s"
                        .formatted(
                                sent,
                                unsafe.size(),
                                cookie.isEmpty()
                                        ? "nothing that a browser adds by itself, for logging in sets no cookie"
                                        : "the cookie that logging in sets"));
        wrong.entrySet().stream()
                .limit(TOLD_MAX)
                .forEach(one -> findings.remark(one.getKey() + ", " + one.getValue() + " times"));
    }

    private static List<Request> requests(
            Contract contract, Contract.Operation operation, World world, String cookie) {
        Request sound = contract.sound(operation, world.objects(), "").without("Authorization");
        Request ambient = cookie.isEmpty() ? sound : sound.with("Cookie: " + cookie);
        List<Request> requests = new ArrayList<>();
        for (List<String> origin : FOREIGN) {
            Request request = ambient;
            for (String header : origin) {
                request = request.with(header);
            }
            requests.add(request);
            if (operation.body().isPresent()) {
                for (String type : TYPES_OF_FORMS) {
                    requests.add(request.without("Content-Type").with("Content-Type: " + type));
                }
            }
        }
        return requests;
    }

    /** Whether an answer lets a browser hand it, or the request, to another site. */
    private static boolean invites(Answer answer) {
        return answer.headers().keySet().stream()
                .anyMatch(name -> name.startsWith("access-control-allow-"));
    }

    private static Request preflight(Contract.Operation operation, World world) {
        return Request.of(
                "OPTIONS",
                operation.at(world.objects()),
                "Origin: https://elsewhere.example",
                "Access-Control-Request-Method: " + operation.method(),
                "Access-Control-Request-Headers: authorization, content-type");
    }

    /** Whether a visitor can be logged in as somebody else without noticing. */
    private static boolean logsIn(World world) throws Exception {
        Answer answer =
                world.caller()
                        .send(
                                World.logInRequest(world.email(), World.PASSWORD)
                                        .with("Origin: https://elsewhere.example")
                                        .with("Sec-Fetch-Site: cross-site"));
        return answer.header("Set-Cookie").isPresent();
    }
}
