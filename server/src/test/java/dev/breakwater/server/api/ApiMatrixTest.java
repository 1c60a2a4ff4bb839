/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.enrollment.EnrollmentOutcome;
import dev.breakwater.server.oidc.LittleIssuer;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of the document against every kind of caller who must not get through (invariant
 * I9). An operation that is added to the document is here without another word; one that takes a
 * body needs an example below.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiMatrixTest {

    private static final Pattern VARIABLE = Pattern.compile("\\{([a-zA-Z]+)}");

    /**
     * By its place each of these says what it follows on, and overwrites nothing. And whoever stops
     * all updates has no time to read anything first.
     */
    private static final Set<String> NEEDING_NO_VERSION =
            Set.of("handInRoot", "putArtifactPart", "stopUpdates");

    private final LittleIssuer issuer = LittleIssuer.start();
    private ApiServer server;
    private ApiClient owner;
    private ApiClient auditor;
    private ApiClient stranger;
    private ApiClient person;
    private final Map<String, String> objects = new HashMap<>();

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory, ApiServer.LIMITS, Optional.of(issuer.settings()));
        owner = server.administrator("Reef & Sons");
        auditor = owner.role("auditor");
        stranger = server.administrator("Stranger");
        DeviceId device = server.device(owner, "A-1");
        objects.put("organizationId", owner.organization());
        objects.put("deviceId", device.toString());
        objects.put("productId", owner.get("/products").text("/items/0/id"));
        objects.put("deviceLabelId", ApiExamples.enteredLabel(owner, objects));
        objects.put("tokenId", owner.get("/tokens").text("/items/0/id"));
        objects.put("memberId", server.member(owner, "pat@reef.example", "operator"));
        person = server.session("pat@reef.example");
        List.of("sessionId", "linkId", "factorId", "shareId")
                .forEach(none -> objects.put(none, UUID.randomUUID().toString()));
        objects.put(
                "invitationId",
                owner.post("/invitations", "{\"email\":\"lee@reef.example\",\"role\":\"auditor\"}")
                        .has(201)
                        .text("/invitation/id"));
        objects.put("commandId", command(device));
        objects.put("problemType", "not-found");
        String code =
                "{\"product\":\"%s\",\"serials\":[\"B-1\"],\"approvalNeeded\":true}"
                        .formatted(objects.get("productId"));
        Answer made = owner.post("/enrollment-codes", code).has(201);
        objects.put("enrollmentCodeId", made.text("/enrollmentCode/id"));
        EnrollmentOutcome waiting =
                server.enrollment.enroll(
                        "B-1",
                        made.ok("secret"),
                        TestRequests.request(TestKeys.p256(), "B-1"),
                        "127.0.0.1");
        objects.put("pendingEnrollmentId", ((EnrollmentOutcome.Pending) waiting).id().toString());
        String rollout =
                RolloutScenes.begun(server, owner, String.valueOf(objects.get("productId")));
        objects.put("rolloutId", rollout);
        objects.put("releaseOfRollout", owner.get("/rollouts/" + rollout).ok("releaseId"));
        objects.put("findingId", server.finding(owner, device));
        objects.put("envelopeKeyId", ApiExamples.enteredEnvelopeKey(owner));
        objects.put("endorsementAuthorityId", ApiExamples.enteredAuthority(owner));
        objects.put("endorsementKeyId", ApiExamples.enteredEndorsementKey(owner));
        new ReleaseScenes(owner, objects.get("productId"), server.clock.instant())
                .addTo(objects, "reef");
    }

    private String command(DeviceId device) {
        return owner.post("/devices/" + device + "/commands", "{\"name\":\"feed\"}").ok("id");
    }

    @AfterAll
    void stop() {
        server.close();
        issuer.close();
    }

    Stream<Operation> all() {
        return server.api.contract().operations().stream();
    }

    Stream<Operation> needingToken() {
        return all().filter(operation -> !operation.permission().equals(Operation.PUBLIC));
    }

    Stream<Operation> onObjects() {
        return needingToken()
                .filter(operation -> !isForPeopleOnly(operation))
                .filter(operation -> !operation.pathParameters().isEmpty());
    }

    private ApiClient permitted(Operation operation) {
        return isForPeopleOnly(operation) ? person : owner;
    }

    /** No token has these permissions; a member has them for nothing but the member's own. */
    private static boolean isForPeopleOnly(Operation operation) {
        return operation.permission().startsWith("self:");
    }

    /** A question that is too long for a URL: it is put by POST and changes nothing. */
    private static boolean onlyComputes(Operation operation) {
        return Set.of("adviseOnProduct", "previewRollout").contains(operation.id());
    }

    Stream<Operation> takingJson() {
        return all().filter(Operation::takesBody)
                .filter(operation -> !ApiExamples.NO_JSON.contains(operation.id()))
                // Its members are the product's own, as the document says.
                .filter(operation -> !operation.id().equals("changeDesiredState"));
    }

    @ParameterizedTest
    @MethodSource("needingToken")
    void refusesWhoeverShowsNoToken(Operation operation) {
        Answer answer = call(server.anybody(), operation, objects, "").has(401);
        assertThat(answer.problem()).isEqualTo("authentication-needed");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @ParameterizedTest
    @MethodSource("needingToken")
    void letsAnAuditorReadAndNothingElse(Operation operation) {
        boolean permitted =
                Role.AUDITOR.permissions().stream()
                        .anyMatch(permission -> permission.code().equals(operation.permission()));
        assertThat(permitted)
                .isEqualTo(
                        (operation.method().equals("GET") || onlyComputes(operation))
                                && !isForPeopleOnly(operation));
        Answer answer = call(auditor, operation, objects, "");
        if (permitted) {
            answer.has(200);
        } else {
            assertThat(answer.has(403).problem()).isEqualTo("permission-missing");
        }
    }

    @ParameterizedTest
    @MethodSource("onObjects")
    void showsAForeignThingLikeOneThatDoesNotExist(Operation operation) {
        Answer foreign = call(stranger, operation, objects, "").has(404);
        Map<String, String> nowhere = new HashMap<>();
        objects.keySet().forEach(name -> nowhere.put(name, ApiExamples.noneLike(name)));
        Answer missing = call(stranger, operation, nowhere, "").has(404);
        assertThat(foreign.body()).isEqualTo(missing.body());
        assertThat(foreign.problem()).isEqualTo("not-found");
    }

    /** Elsewhere it stands for "none", and no code of ours need know what to do with it. */
    @ParameterizedTest
    @MethodSource("onObjects")
    void refusesTheNilUuidAsAnyId(Operation operation) {
        Map<String, String> nil = new HashMap<>();
        objects.keySet().forEach(name -> nil.put(name, new UUID(0, 0).toString()));
        Answer answer = call(stranger, operation, nil, "");
        assertThat(answer.has(400).problem()).isEqualTo("parameter-refused");
    }

    /** What another server writes may hold what nobody here knows of (RFC 6749 section 4.1.2). */
    Stream<Operation> withQueriesOfOurs() {
        return all().filter(operation -> !operation.hasForeignQuery());
    }

    @Test
    void ignoresUnknownParametersOfAProviderAndNobodyElses() {
        assertThat(all().filter(Operation::hasForeignQuery))
                .extracting(Operation::id)
                .containsExactly("finishOidcLogIn");
        String callback = "/oidc-log-ins/callback?surprise_1=a+b&x.y=%20";
        assertThat(server.anybody().get(callback).has(403).body()).contains("Not logged in");
        assertThat(server.anybody().get(callback + "&state=a&state=b").has(400).problem())
                .isEqualTo("parameter-refused");
        assertThat(server.anybody().get(callback + "&state=" + "a".repeat(257)).has(400).problem())
                .isEqualTo("parameter-refused");
    }

    @ParameterizedTest
    @MethodSource("withQueriesOfOurs")
    void refusesAnUnknownParameter(Operation operation) {
        Answer answer = call(permitted(operation), operation, objects, "?surprise=1").has(400);
        assertThat(answer.problem()).isEqualTo("parameter-refused");
        assertThat(answer.text("/errors/0/parameter")).isEqualTo("surprise");
    }

    @ParameterizedTest
    @MethodSource("takingJson")
    void refusesAnUnknownMember(Operation operation) {
        String body = example(operation).replaceFirst("\\{", "{\"surprise\":1,");
        Answer answer =
                send(
                                permitted(operation),
                                operation,
                                objects,
                                "",
                                body,
                                ApiExamples.mediaType(operation))
                        .has(422);
        assertThat(answer.problem()).isEqualTo("body-refused");
        assertThat(answer.text("/errors/0/pointer")).isEqualTo("/surprise");
    }

    @ParameterizedTest
    @MethodSource("takingJson")
    void refusesAnotherMediaType(Operation operation) {
        Answer answer =
                send(permitted(operation), operation, objects, "", example(operation), "text/plain")
                        .has(415);
        assertThat(answer.problem()).isEqualTo("media-type-refused");
    }

    @ParameterizedTest
    @MethodSource("all")
    void refusesAHeaderOfOursItDoesNotTake(Operation operation) {
        for (String header : new String[] {"Idempotency-Key", "If-Match", "If-None-Match"}) {
            if (!operation.takes(header)) {
                Answer answer =
                        call(permitted(operation), operation, objects, "", header + ": \"0\"")
                                .has(400);
                assertThat(answer.text("/errors/0/header")).isEqualToIgnoringCase(header);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void tellsOnEveryAnswerWhatIsLeftOfTheBudget(Operation operation) {
        Answer answer = call(server.anybody(), operation, objects, "");
        assertThat(answer.header("RateLimit-Policy"))
                .isEqualTo(
                        "\"source\";q=1000000;w=1, \"organization\";q=1000000;w=1, \"token\";q=1000000;w=1");
        assertThat(answer.header("RateLimit")).matches("\"source\";r=[0-9]{1,7};t=1");
    }

    @ParameterizedTest
    @MethodSource("all")
    void saysTheCharsetOfEveryText(Operation operation) {
        for (ApiClient client : List.of(server.anybody(), permitted(operation))) {
            String type = call(client, operation, objects, "").header("Content-Type");
            assertThat(type.startsWith("text/")).isEqualTo(type.endsWith(";charset=utf-8"));
        }
    }

    Stream<Operation> reading() {
        return withQueriesOfOurs().filter(operation -> operation.method().equals("GET"));
    }

    /** Whatever has a tag answers whoever has it already with the tag alone; nothing else does. */
    @ParameterizedTest
    @MethodSource("reading")
    void bringsNothingToWhoeverHasItAlready(Operation operation) {
        ApiClient client = permitted(operation);
        Answer whole = call(client, operation, objects, "").has(200);
        String tag = whole.header("ETag");
        assertThat(operation.takes("If-None-Match")).isEqualTo(!tag.isEmpty());
        if (tag.isEmpty()) {
            return;
        }
        String weakAndAnother = "\"999\", W/" + tag;
        for (String known : List.of(tag, weakAndAnother, "*")) {
            Answer answer = call(client, operation, objects, "", "If-None-Match: " + known);
            assertThat(answer.has(304).body()).isEmpty();
            assertThat(answer.header("ETag")).isEqualTo(tag);
            assertThat(answer.header("RateLimit")).isNotEmpty();
            for (String kept : List.of("Cache-Control", "Content-Security-Policy")) {
                assertThat(answer.header(kept)).isEqualTo(whole.header(kept)).isNotEmpty();
            }
            assertThat(answer.names()).doesNotContain("content-type");
            assertThat(answer.header("Content-Length")).isEqualTo(whole.header("Content-Length"));
        }
        String version = tag.replace("\"", "").split("-", 2)[0];
        String shownOtherwise = "\"" + version + "-0000000000000000\"";
        Answer again = call(client, operation, objects, "", "If-None-Match: " + shownOtherwise);
        assertThat(again.has(200).body()).isEqualTo(whole.body());
    }

    @Test
    void hasNoWriteThatIsNotAudited() {
        assertThat(all())
                .filteredOn(operation -> !operation.method().equals("GET"))
                .filteredOn(operation -> !ApiExamples.CHANGES_NOTHING.contains(operation.id()))
                // The log-in that it goes on with is in the log.
                .filteredOn(operation -> !operation.id().equals("refreshSession"))
                .isNotEmpty()
                .allMatch(operation -> !operation.auditActions().isEmpty());
    }

    /** A POST that a client repeats, because it heard no answer, must not act twice. */
    @Test
    void takesAnIdempotencyKeyOnEveryPostOfACaller() {
        assertThat(needingToken())
                .filteredOn(operation -> operation.method().equals("POST"))
                .isNotEmpty()
                .allMatch(operation -> operation.takes("Idempotency-Key"));
    }

    /** Whatever can grow is read in pages. */
    @Test
    void readsEveryListInPagesThatALimitDoesNotKeepShort() {
        assertThat(all())
                .filteredOn(operation -> operation.id().startsWith("list"))
                .filteredOn(operation -> !ApiExamples.KEPT_SHORT.contains(operation.id()))
                .isNotEmpty()
                .allMatch(operation -> operation.takes("cursor") && operation.takes("limit"));
    }

    /** What replaces something needs the version that was read. */
    @Test
    void takesIfMatchOnEveryPutAndPatch() {
        assertThat(all())
                .filteredOn(operation -> Set.of("PUT", "PATCH").contains(operation.method()))
                .filteredOn(operation -> !NEEDING_NO_VERSION.contains(operation.id()))
                .isNotEmpty()
                .allMatch(operation -> operation.takes("If-Match"));
    }

    @Test
    void doesNotEnrollForAForeignProduct() {
        String code = ApiExamples.of("createEnrollmentCode", objects);
        stranger.post("/enrollment-codes", code).has(404);
    }

    private Answer call(
            ApiClient client,
            Operation operation,
            Map<String, String> things,
            String query,
            String... headers) {
        String type = ApiExamples.mediaType(operation);
        String body = operation.takesBody() ? example(operation) : null;
        return send(client, operation, things, query, body, body == null ? null : type, headers);
    }

    private Answer send(
            ApiClient client,
            Operation operation,
            Map<String, String> things,
            String query,
            @Nullable String body,
            @Nullable String type,
            String... headers) {
        String path =
                ApiClient.below(
                        VARIABLE.matcher(operation.path())
                                .replaceAll(found -> things.getOrDefault(found.group(1), "?")));
        String[] all =
                operation.takes("If-Match") && headers.length == 0
                        ? new String[] {"If-Match: *"}
                        : headers;
        String asked = ApiExamples.query(operation.id(), query);
        return client.send(operation.method(), path + asked, type, body, all);
    }

    private String example(Operation operation) {
        return ApiExamples.of(operation.id(), objects);
    }
}
