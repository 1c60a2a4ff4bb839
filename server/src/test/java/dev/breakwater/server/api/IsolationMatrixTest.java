/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.enrollment.EnrollmentOutcome;
import dev.breakwater.server.ownership.ShareRight;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation, by every role, as a token and as a person, on what is their own, on what is
 * their organization's and not theirs, and on what is another organization's (invariant I9). Made
 * from the document and from {@link Role}: what is added there is here without another word.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IsolationMatrixTest {

    private static final Pattern VARIABLE = Pattern.compile("\\{([a-zA-Z]+)}");

    /** In every name and value of the other organization, and nowhere else. */
    private static final String CANARY = "kelpcanary";

    private ApiServer server;
    private final List<Caller> callers = new ArrayList<>();
    private Map<String, String> own = Map.of();
    private Map<String, String> notTheirs = Map.of();
    private Map<String, String> foreign = Map.of();
    private final Map<ShareRight, Map<String, String>> shared = new EnumMap<>(ShareRight.class);
    private final List<String> deviations = new ArrayList<>();
    private int cells;

    /** Somebody who calls; a person has what every member has besides. */
    private record Caller(
            Role role, boolean person, Optional<ShareRight> shared, ApiClient client) {

        Caller(Role role, boolean person, ApiClient client) {
            this(role, person, Optional.empty(), client);
        }

        boolean holds(String permission) {
            boolean everybodys =
                    Permission.OF_EVERY_MEMBER.stream().anyMatch(p -> p.code().equals(permission));
            return (person && everybodys)
                    || role.permissions().stream().anyMatch(p -> p.code().equals(permission));
        }

        boolean may(Operation operation) {
            boolean withinReach =
                    role != Role.DEVICE_OWNER
                            || operation.isForDeviceOwners()
                            || operation.permission().startsWith("self:");
            return holds(operation.permission()) && withinReach;
        }

        /** Of a device that somebody shares with them. */
        boolean mayShared(Operation operation) {
            return may(operation)
                    && shared.orElseThrow().permissions().stream()
                            .anyMatch(p -> p.code().equals(operation.permission()));
        }

        @Override
        public String toString() {
            return role.code()
                    + (person ? " (person)" : " (token)")
                    + shared.map(right -> " with a share to " + right.code()).orElse("");
        }
    }

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        ApiClient owner = server.administrator("Reef & Sons");
        ApiClient stranger = server.administrator("Stranger " + CANARY);
        own = objects(owner, "OWN", "reef");
        foreign = objects(stranger, "FOREIGN-" + CANARY, CANARY);
        notTheirs = new HashMap<>(own);
        notTheirs.put("deviceId", server.device(owner, "NOT-THEIRS").toString());
        callers.add(new Caller(Role.OWNER, false, owner));
        for (Role role : Role.values()) {
            if (role != Role.OWNER && role != Role.DEVICE_OWNER) {
                callers.add(new Caller(role, false, owner.role(role.code())));
            }
            String email = role.code() + "@reef.example";
            String member = server.member(owner, email, role.code());
            if (role == Role.DEVICE_OWNER) {
                String entry = "{\"memberId\":\"" + member + "\"}";
                owner.post("/devices/" + own.get("deviceId") + "/owners", entry).has(201);
            }
            callers.add(new Caller(role, true, server.session(email)));
        }
        for (ShareRight right : ShareRight.values()) {
            callers.add(sharer(owner, right));
        }
    }

    /** A customer who has the device that is theirs, and a share of one of another customer's. */
    private Caller sharer(ApiClient owner, ShareRight right) throws Exception {
        String sharing = "sharing-" + right.code() + "@reef.example";
        String member = server.member(owner, sharing, "device-owner");
        String device = server.device(owner, "SHARED-" + right.code()).toString();
        owner.post("/devices/" + device + "/owners", "{\"memberId\":\"" + member + "\"}").has(201);
        Answer offer =
                server.with(server.logIn(sharing).ok("accessToken"))
                        .post(
                                "/me/devices/" + device + "/shares",
                                "{\"right\":\"" + right.code() + "\"}")
                        .has(201);
        Map<String, String> things = new HashMap<>(own);
        things.put("deviceId", device);
        things.put("shareId", offer.text("/id"));
        things.put(
                "commandId",
                owner.post("/devices/" + device + "/commands", "{\"name\":\"feed\"}").ok("id"));
        shared.put(right, things);
        String email = "with-" + right.code() + "@reef.example";
        String with = server.member(owner, email, "device-owner");
        owner.post("/devices/" + own.get("deviceId") + "/owners", "{\"memberId\":\"" + with + "\"}")
                .has(201);
        ApiClient client = server.session(email);
        client.post("/device-shares/acceptance", "{\"code\":\"" + offer.text("/code") + "\"}")
                .has(201);
        return new Caller(Role.DEVICE_OWNER, true, Optional.of(right), client);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Map<String, String> objects(ApiClient admin, String serial, String name)
            throws Exception {
        Map<String, String> objects = new HashMap<>();
        DeviceId device = server.device(admin, serial);
        objects.put("organizationId", admin.organization());
        objects.put("deviceId", device.toString());
        objects.put("productId", admin.get("/products").text("/items/0/id"));
        objects.put("deviceLabelId", ApiExamples.enteredLabel(admin, objects));
        objects.put("tokenId", admin.get("/tokens").text("/items/0/id"));
        objects.put("memberId", server.member(admin, name + "@" + name + ".example", "support"));
        objects.put(
                "invitationId",
                admin.post(
                                "/invitations",
                                "{\"email\":\"lee@%s.example\",\"role\":\"auditor\"}"
                                        .formatted(name))
                        .ok("invitation/id"));
        objects.put(
                "commandId",
                admin.post("/devices/" + device + "/commands", "{\"name\":\"feed\"}").ok("id"));
        Answer code =
                admin.post(
                                "/enrollment-codes",
                                "{\"product\":\"%s\",\"serials\":[\"W-%s\"],\"approvalNeeded\":true}"
                                        .formatted(objects.get("productId"), serial))
                        .has(201);
        objects.put("enrollmentCodeId", code.text("/enrollmentCode/id"));
        EnrollmentOutcome waiting =
                server.enrollment.enroll(
                        "W-" + serial,
                        code.ok("secret"),
                        TestRequests.request(TestKeys.p256(), "W-" + serial),
                        "127.0.0.1");
        objects.put("pendingEnrollmentId", ((EnrollmentOutcome.Pending) waiting).id().toString());
        objects.put("rolloutId", RolloutScenes.begun(server, admin, objects.get("productId")));
        objects.put("findingId", server.finding(admin, device));
        objects.put("envelopeKeyId", ApiExamples.enteredEnvelopeKey(admin));
        objects.put("endorsementAuthorityId", ApiExamples.enteredAuthority(admin));
        objects.put("endorsementKeyId", ApiExamples.enteredEndorsementKey(admin));
        new ReleaseScenes(admin, objects.get("productId"), server.clock.instant())
                .addTo(objects, name);
        objects.put("sessionId", UUID.randomUUID().toString());
        objects.put("shareId", UUID.randomUUID().toString());
        objects.put("linkId", UUID.randomUUID().toString());
        objects.put("factorId", UUID.randomUUID().toString());
        return objects;
    }

    /**
     * One cell each: not permitted is 403 wherever the thing is; permitted reads of what is within
     * reach are answered; what is out of reach is as if it were not there. A write within reach is
     * sent with a parameter that no operation takes, so that being let in shows and nothing
     * changes.
     */
    @Test
    void letsEveryRoleDoWhatIsDeclaredAndNothingElse() {
        List<Operation> operations =
                server.api.contract().operations().stream()
                        .filter(operation -> !operation.permission().equals(Operation.PUBLIC))
                        .toList();
        for (Operation operation : operations) {
            for (Caller caller : callers) {
                within(operation, caller);
                ofAnother(operation, caller);
                notTheirs(operation, caller);
                shared(operation, caller);
            }
        }
        System.out.printf(
                "isolation matrix: %d operations x %d callers, %d cells, %d deviations%n",
                operations.size(), callers.size(), cells, deviations.size());
        assertThat(deviations).isEmpty();
        assertThat(cells).isGreaterThan(operations.size() * callers.size());
    }

    private void within(Operation operation, Caller caller) {
        boolean safe = operation.isSafe();
        Answer answer = call(operation, caller, own, safe ? "" : "?kelp=1");
        expect(operation, caller, "own", answer, caller.may(operation) ? (safe ? 200 : 400) : 403);
        // Missing things of one's own account are not found by others of the organization either.
        assertThat(answer.body()).doesNotContain(CANARY);
    }

    private void ofAnother(Operation operation, Caller caller) {
        if (operation.pathParameters().isEmpty()) {
            return;
        }
        Answer answer = call(operation, caller, foreign, "");
        expect(operation, caller, "other organization", answer, caller.may(operation) ? 404 : 403);
        if (caller.may(operation)) {
            Map<String, String> nowhere = new HashMap<>();
            foreign.keySet().forEach(name -> nowhere.put(name, ApiExamples.noneLike(name)));
            Answer missing = call(operation, caller, nowhere, "");
            if (!missing.body().equals(answer.body()) || !missing.names().equals(answer.names())) {
                deviations.add(operation + " by " + caller + " tells foreign from missing");
            }
        }
    }

    private void notTheirs(Operation operation, Caller caller) {
        if (caller.role() != Role.DEVICE_OWNER || !operation.path().contains("{deviceId}")) {
            return;
        }
        Answer answer = call(operation, caller, notTheirs, "");
        expect(operation, caller, "not theirs", answer, caller.may(operation) ? 404 : 403);
    }

    /**
     * Of a shared device what its share says, and nothing else: not even by an operation that every
     * member may call for what is theirs.
     */
    private void shared(Operation operation, Caller caller) {
        if (caller.shared().isEmpty() || !operation.path().contains("{deviceId}")) {
            return;
        }
        ShareRight right = caller.shared().get();
        boolean safe = operation.isSafe();
        Answer answer =
                call(
                        operation,
                        caller,
                        Objects.requireNonNull(shared.get(right)),
                        safe || !caller.mayShared(operation) ? "" : "?kelp=1");
        int expected = caller.mayShared(operation) ? (safe ? 200 : 400) : 403;
        expect(operation, caller, "shared", answer, expected);
        ShareRight other = right == ShareRight.READ ? ShareRight.USE : ShareRight.READ;
        Answer others = call(operation, caller, Objects.requireNonNull(shared.get(other)), "");
        expect(operation, caller, "shared with another", others, caller.may(operation) ? 404 : 403);
    }

    private void expect(
            Operation operation, Caller caller, String scope, Answer answer, int expected) {
        cells++;
        boolean leaks = answer.body().contains(CANARY) || answer.allHeaders().contains(CANARY);
        if (answer.status() != expected || leaks) {
            deviations.add(
                    "%s by %s on %s: %d instead of %d%s %s"
                            .formatted(
                                    operation,
                                    caller,
                                    scope,
                                    answer.status(),
                                    expected,
                                    leaks ? " with a byte of another organization" : "",
                                    answer.body()));
        }
    }

    private Answer call(
            Operation operation, Caller caller, Map<String, String> things, String query) {
        String path =
                ApiClient.below(
                        VARIABLE.matcher(operation.path())
                                .replaceAll(found -> things.getOrDefault(found.group(1), "?")));
        String body = operation.takesBody() ? ApiExamples.of(operation.id(), own) : null;
        String type = ApiExamples.mediaType(operation);
        String[] headers =
                operation.takes("If-Match") ? new String[] {"If-Match: *"} : new String[0];
        return caller.client()
                .send(operation.method(), path + query, body == null ? null : type, body, headers);
    }

    @Test
    void listsForADeviceOwnerWhatIsTheirs() {
        ApiClient customer =
                callers.stream()
                        .filter(caller -> caller.role() == Role.DEVICE_OWNER)
                        .findFirst()
                        .orElseThrow()
                        .client();
        Answer list = customer.get("/devices").has(200);
        assertThat(list.json().at("/items")).hasSize(1);
        assertThat(list.text("/items/0/id")).isEqualTo(own.get("deviceId"));
        assertThat(customer.get("/devices?serial=OWN").json().at("/items")).hasSize(1);
        assertThat(customer.get("/devices?serial=NOT-THEIRS").json().at("/items")).isEmpty();
    }

    @Test
    void takesADeviceFromAnOwnerAtOnce() throws Exception {
        ApiClient owner = callers.getFirst().client();
        String email = "kim@reef.example";
        String member = server.member(owner, email, "device-owner");
        DeviceId device = server.device(owner, "KIMS");
        String owners = "/devices/" + device + "/owners";
        owner.post(owners, "{\"memberId\":\"" + member + "\"}").has(201);
        ApiClient kim = server.with(server.logIn(email).ok("accessToken"));
        kim.post("/devices/" + device + "/commands", "{\"name\":\"feed\"}").has(201);
        assertThat(owner.get(owners).json().at("/items")).hasSize(1);

        owner.delete(owners + "/" + member).has(204);
        owner.delete(owners + "/" + member).has(404);
        kim.get("/devices/" + device).has(404);
        assertThat(kim.get("/devices").json().at("/items")).isEmpty();
        String stranger = foreign.get("memberId");
        owner.post(owners, "{\"memberId\":\"" + stranger + "\"}").has(404);
    }

    @Test
    void makesNoTokenForADeviceOwner() {
        callers.getFirst()
                .client()
                .post("/tokens", "{\"name\":\"t\",\"role\":\"device-owner\"}")
                .has(422);
    }
}
