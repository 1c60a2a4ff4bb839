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
import java.util.UUID;

/**
 * What another site makes a visitor's browser send: every unsafe operation, as a form or a script
 * would send it, with the cookies of a real session, which the browser adds by itself. A page of
 * the server's own does the same and must succeed, or all would be refused for nothing.
 */
final class ForgedOriginAttack implements Attack {

    private static final int TOLD_MAX = 10;
    private static final String REFUSAL = "cross-site";

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
        World.Browsing browsing = world.browse(world.email());
        List<Contract.Operation> unsafe =
                contract.operations().stream()
                        .filter(Contract.Operation::isUnsafe)
                        .filter(one -> !one.isPublic())
                        .toList();
        Sources sources = Sources.attackers(10_000);
        Caller browsers = new Caller(arena.tls(), sources::next, arena.server().apiPort());
        long deedsBefore = world.deeds();
        Map<String, Integer> wrong = new TreeMap<>();
        int sent = 0;
        for (int i = 0; i < unsafe.size(); i++) {
            List<Request> all = requests(contract, unsafe.get(i), world, browsing);
            for (Request request : chosen(arena, all, i)) {
                Answer answer = browsers.send(request);
                sent++;
                if (!isRefused(answer) || invites(answer)) {
                    wrong.merge(unsafe.get(i).id() + " " + answer.status(), 1, Integer::sum);
                }
            }
        }
        int begun = sessionsBegun(world, browsing, browsers);
        long deeds = world.deeds() - deedsBefore;
        int invitations = 0;
        for (Contract.Operation operation : contract.operations()) {
            invitations += invites(browsers.send(preflight(operation, world))) ? 1 : 0;
        }
        Findings findings = arena.findings();
        findings.atMost(
                "requests of another site that are not refused as such",
                0,
                wrong.values().stream().mapToInt(Integer::intValue).sum());
        findings.atMost("deeds that they have left", 0, (double) deeds);
        findings.atMost("operations that CORS opens to another site", 0, invitations);
        findings.atMost("sessions that another site begins or carries on", 0, begun);
        ownPage(arena, browsers, browsing);
        findings.remark(
                "%d requests to %d operations, with the cookies of a session"
                        .formatted(sent, unsafe.size()));
        wrong.entrySet().stream()
                .limit(TOLD_MAX)
                .forEach(one -> findings.remark(one.getKey() + ", " + one.getValue() + " times"));
    }

    /** All of them; one for each operation, another one each time, when there is little time. */
    private static List<Request> chosen(Arena arena, List<Request> all, int turn) {
        int one = turn % all.size();
        return arena.effort().choose(all.subList(one, one + 1), all);
    }

    private static List<Request> requests(
            Contract contract, Contract.Operation operation, World world, World.Browsing browsing) {
        Request ambient =
                contract.sound(operation, world.objects(), "")
                        .without("Authorization")
                        .with("Cookie: " + browsing.cookies());
        List<Request> requests = new ArrayList<>();
        for (List<String> origin : FOREIGN) {
            Request request = from(origin, ambient);
            requests.add(request);
            if (operation.body().isPresent()) {
                for (String type : TYPES_OF_FORMS) {
                    requests.add(request.without("Content-Type").with("Content-Type: " + type));
                }
            }
        }
        String csrf = "Breakwater-CSRF: ";
        List<String> ours = List.of("Origin: " + world.origin(), "Sec-Fetch-Site: same-origin");
        // Whoever has stolen the token still sends from elsewhere, or says nothing of it.
        requests.add(from(FOREIGN.getFirst(), ambient).with(csrf + browsing.csrf()));
        requests.add(ambient.with(csrf + browsing.csrf()));
        // As if a page of ours had been made to send it that does not know of it.
        requests.add(from(ours, ambient));
        requests.add(from(ours, ambient).with(csrf + "0".repeat(browsing.csrf().length())));
        return requests;
    }

    private static Request from(List<String> origin, Request request) {
        Request whole = request;
        for (String header : origin) {
            whole = whole.with(header);
        }
        return whole;
    }

    /** A lack of permission is a 403 too, and no proof that the origin was looked at. */
    private static boolean isRefused(Answer answer) {
        return answer.status() == 403
                && answer.json().path("type").asString("").endsWith("/" + REFUSAL);
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

    /** How often a visitor is logged in as somebody else, or kept in, without noticing. */
    private static int sessionsBegun(World world, World.Browsing browsing, Caller browsers)
            throws Exception {
        Request refresh =
                Request.of("POST", "/api/v1/sessions/refresh", "Content-Type: application/json")
                        .with("Cookie: " + browsing.cookies())
                        .carrying("{}");
        int begun = 0;
        for (List<String> origin : FOREIGN) {
            for (Request request : List.of(World.cookieRequest(world.email()), refresh)) {
                Answer answer = browsers.send(from(origin, request));
                begun += answer.header("Set-Cookie").isPresent() || !isRefused(answer) ? 1 : 0;
            }
        }
        return begun;
    }

    /** The same browser on a page of ours, with all that such a page sends. */
    private static void ownPage(Arena arena, Caller browsers, World.Browsing browsing)
            throws Exception {
        World world = arena.world();
        long deedsBefore = world.deeds();
        Request command =
                Request.of(
                                "POST",
                                "/api/v1/devices/" + world.objects().get("deviceId") + "/commands",
                                "Content-Type: application/json",
                                "Idempotency-Key: " + UUID.randomUUID(),
                                "Cookie: " + browsing.cookies(),
                                "Origin: " + world.origin(),
                                "Sec-Fetch-Site: same-origin",
                                "Breakwater-CSRF: " + browsing.csrf())
                        .carrying("{\"name\":\"feed\",\"arguments\":{}}");
        Answer answer = browsers.send(command);
        if (answer.status() / 100 != 2) {
            arena.findings().remark("a page of our own was answered with " + answer);
        }
        arena.findings()
                .atLeast(
                        "requests of our own page that do what they ask for",
                        1,
                        answer.status() / 100 == 2 && world.deeds() > deedsBefore ? 1 : 0);
    }
}
