/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.Request;
import dev.breakwater.bench.attack.wire.Sources;
import dev.breakwater.bench.attack.wire.TlsLine;
import dev.breakwater.bench.server.BreakwaterServer;
import dev.breakwater.bench.server.Fleet;
import dev.breakwater.bench.server.ServerFailed;
import dev.breakwater.device.identity.CertificateRequest;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.pki.TestKeys;
import java.io.IOException;
import java.security.KeyPair;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * What is in a server under attack: an organization with people, tokens of every role, a product,
 * devices and one of everything that has an id; and a stranger, who owns another organization.
 */
final class World {

    /** Of characters that no program encodes before it sends them: hydra does so with blanks. */
    static final String PASSWORD = "teal-lantern-over-gravel-7";

    private static final String CSRF_COOKIE = "__Host-breakwater-csrf=";

    /** The device that things are done to; those before it stay connected. */
    private static final int DEVICE = Guests.COUNT;

    private final Caller caller;
    private final String origin;
    private final String token;
    private final String stranger;
    private final String canary = "canary-" + UUID.randomUUID();
    private final Map<String, String> tokens = new LinkedHashMap<>();
    private final Map<String, String> objects = new LinkedHashMap<>();
    private final String email;
    private Session session = new Session("", "");

    /** What logging in gives to a program. */
    record Session(String accessToken, String refreshToken) {}

    /**
     * What logging in leaves in a browser.
     *
     * @param cookies as it adds them by itself to whatever goes to this server
     * @param csrf what a page of this server, and no other, can read of them
     */
    record Browsing(String cookies, String csrf) {}

    private World(Caller caller, String origin, String token, String stranger) {
        this.caller = caller;
        this.origin = origin;
        this.token = token;
        this.stranger = stranger;
        this.email = "pat@" + canary + ".example";
    }

    static World prepare(BreakwaterServer server, Fleet fleet, TlsLine tls, String stranger)
            throws Exception {
        Caller caller = new Caller(tls, () -> Sources.OPERATOR, server.apiPort());
        World world =
                new World(caller, "https://localhost:" + server.apiPort(), fleet.token(), stranger);
        world.fill(fleet, new Caller(tls, () -> Sources.OPERATOR, server.enrollmentPort()));
        return world;
    }

    private void fill(Fleet fleet, Caller enrollment) throws Exception {
        objects.put("organizationId", id(first("/organizations")));
        objects.put("productId", id(create("/products", "{\"name\":\"%s\"}".formatted(canary))));
        objects.put("deviceId", fleet.devices().get(DEVICE).id());
        for (String role : List.of("administrator", "operator", "support", "auditor")) {
            JsonNode made =
                    create("/tokens", "{\"name\":\"%s\",\"role\":\"%s\"}".formatted(canary, role));
            tokens.put(role, made.path("secret").asString());
            objects.put("tokenId", id(made));
        }
        objects.put("memberId", member(email));
        session = logIn(email);
        objects.put(
                "sessionId", id(caller.get(session.accessToken, "/me/sessions").at("/items/0")));
        JsonNode invited =
                create(
                        "/invitations",
                        "{\"email\":\"lee@%s.example\",\"role\":\"auditor\"}".formatted(canary));
        objects.put("invitationId", id(invited.path("invitation")));
        objects.put(
                "commandId",
                id(
                        create(
                                "/devices/" + objects.get("deviceId") + "/commands",
                                "{\"name\":\"feed\",\"arguments\":{\"note\":\"%s\"}}"
                                        .formatted(canary))));
        objects.put("problemType", "not-found");
        enroll(enrollment);
    }

    private void enroll(Caller enrollment) throws Exception {
        JsonNode code =
                create(
                        "/enrollment-codes",
                        "{\"product\":\"%s\",\"serials\":[\"WAITS-1\"],\"approvalNeeded\":true,\"note\":\"%s\"}"
                                .formatted(objects.get("productId"), canary));
        objects.put("enrollmentCodeId", id(code.path("enrollmentCode")));
        KeyPair keys = TestKeys.p256();
        byte[] request =
                CertificateRequest.first(
                                new DeviceSerial("WAITS-1"),
                                new DeviceKey("WAITS-1", keys.getPublic(), keys.getPrivate()))
                        .der();
        String basic = "WAITS-1:" + code.path("secret").asString();
        Answer answer =
                enrollment.send(
                        Request.of(
                                        "POST",
                                        "/.well-known/est/simpleenroll",
                                        "Content-Type: application/pkcs10",
                                        "Authorization: Basic "
                                                + Base64.getEncoder()
                                                        .encodeToString(basic.getBytes(UTF_8)))
                                .carrying(Base64.getEncoder().encode(request)));
        if (answer.status() != 202) {
            throw new ServerFailed("an enrollment to approve was answered with " + answer);
        }
        objects.put("pendingEnrollmentId", id(first("/pending-enrollments")));
    }

    private JsonNode first(String path) throws IOException, InterruptedException {
        return caller.get(token, path).at("/items/0");
    }

    private JsonNode create(String path, String body) throws IOException, InterruptedException {
        return caller.post(token, path, body);
    }

    private static String id(JsonNode thing) {
        return thing.path("id").asString();
    }

    /** A further member, an operator with the usual password; returns the id. */
    String member(String address) throws IOException, InterruptedException {
        String code =
                create(
                                "/invitations",
                                "{\"email\":\"%s\",\"role\":\"operator\"}".formatted(address))
                        .path("code")
                        .asString();
        return id(
                caller.post(
                        "",
                        "/invitations/acceptance",
                        "{\"code\":\"%s\",\"name\":\"%s\",\"password\":\"%s\"}"
                                .formatted(code, canary, PASSWORD)));
    }

    /** A new session of a member. */
    Session logIn(String address) throws IOException, InterruptedException {
        Answer answer = caller.send(logInRequest(address, PASSWORD));
        if (answer.status() / 100 != 2) {
            throw new ServerFailed("a log-in was answered with " + answer);
        }
        return new Session(
                answer.json().path("accessToken").asString(),
                answer.json().path("refreshToken").asString());
    }

    /**
     * A new session of a member in a browser, begun on a page of this server.
     *
     * @throws ServerFailed if it does not set the cookies that it must
     */
    Browsing browse(String address) throws IOException, InterruptedException {
        Answer answer =
                caller.send(
                        cookieRequest(address)
                                .with("Origin: " + origin)
                                .with("Sec-Fetch-Site: same-origin"));
        List<String> cookies =
                answer.headers().getOrDefault("set-cookie", List.of()).stream()
                        .map(set -> set.substring(0, Math.max(0, set.indexOf(';'))))
                        .toList();
        String csrf =
                cookies.stream()
                        .filter(one -> one.startsWith(CSRF_COOKIE))
                        .map(one -> one.substring(CSRF_COOKIE.length()))
                        .findFirst()
                        .orElse("");
        if (csrf.isEmpty() || !cookies.stream().allMatch(one -> one.startsWith("__Host-"))) {
            throw new ServerFailed("a log-in of a browser was answered with " + answer);
        }
        return new Browsing(String.join("; ", cookies), csrf);
    }

    /** An attempt to log in that wants cookies. */
    static Request cookieRequest(String address) {
        return Request.of("POST", "/api/v1/sessions", "Content-Type: application/json")
                .carrying(
                        "{\"email\":\"%s\",\"password\":\"%s\",\"asCookies\":true}"
                                .formatted(address, PASSWORD));
    }

    /** An attempt to log in. */
    static Request logInRequest(String address, String password) {
        return Request.of("POST", "/api/v1/sessions", "Content-Type: application/json")
                .carrying("{\"email\":\"%s\",\"password\":\"%s\"}".formatted(address, password));
    }

    /** How many entries the audit log has of what was done, refusals left out. */
    long deeds() throws IOException, InterruptedException {
        long deeds = 0;
        String cursor = "";
        do {
            JsonNode page = caller.get(token, "/audit-entries?limit=200" + cursor);
            for (JsonNode entry : page.path("items")) {
                deeds += entry.path("action").asString().endsWith(".refused") ? 0 : 1;
            }
            String next = page.path("nextCursor").asString("");
            cursor = next.isEmpty() ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        return deeds;
    }

    /** An honest client. */
    Caller caller() {
        return caller;
    }

    /** Where this server's own pages come from. */
    String origin() {
        return origin;
    }

    /** The owner's token. */
    String token() {
        return token;
    }

    /** Tokens by role. */
    Map<String, String> tokens() {
        return Map.copyOf(tokens);
    }

    /** The token of another organization's owner. */
    String stranger() {
        return stranger;
    }

    /** The address of a member. */
    String email() {
        return email;
    }

    /** That member's session. */
    Session session() {
        return session;
    }

    /** Ids by the names that the contract gives them as parts of a path. */
    Map<String, String> objects() {
        return Map.copyOf(objects);
    }

    /** What stands in the texts of this organization and must not be seen by a stranger. */
    String canary() {
        return canary;
    }
}
