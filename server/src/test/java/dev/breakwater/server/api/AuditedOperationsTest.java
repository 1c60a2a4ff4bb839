/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.FirstSetup;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.enrollment.EnrollmentOutcome;
import dev.breakwater.server.oidc.LittleIssuer;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Performs every operation of the document with success, and holds what it leaves in the audit log
 * against what the document says. A read that is added to the document is here without another
 * word; a write needs a scene below.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditedOperationsTest {

    private static final Pattern VARIABLE = Pattern.compile("\\{([a-zA-Z]+)}");
    private static final String REASON = "{\"reason\":\"a test\"}";

    private final LittleIssuer issuer = LittleIssuer.start();
    private ApiServer server;
    private ApiClient owner;
    private OrganizationId organization;
    private Set<String> leftBySetup;
    private int serials;
    private final Map<String, String> objects = new HashMap<>();
    private final Map<String, Scene> scenes = new HashMap<>();

    /** Makes what an operation needs, and only then hands out the call that is observed. */
    interface Scene {
        Call prepare() throws Exception;
    }

    interface Call {
        Answer make() throws Exception;
    }

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory, ApiServer.LIMITS, Optional.of(issuer.settings()));
        String code = ((FirstSetup.Announcement.NewCode) server.setup.announce()).code().reveal();
        Answer setUp =
                server.anybody()
                        .post(
                                "/setup",
                                "{\"code\":\"%s\",\"organizationName\":\"O\",\"tokenName\":\"t\"}"
                                        .formatted(code))
                        .has(201);
        owner = server.with(setUp.text("/token/secret"));
        organization = OrganizationId.parse(setUp.text("/organization/id"));
        leftBySetup = actionsAfter(0);
        DeviceId device = device();
        objects.put("organizationId", organization.toString());
        objects.put("deviceId", device.toString());
        objects.put("productId", owner.get("/products").text("/items/0/id"));
        objects.put("deviceLabelId", ApiExamples.enteredLabel(owner, objects));
        objects.put("tokenId", owner.get("/tokens").text("/items/0/id"));
        objects.put("commandId", command(device));
        objects.put("problemType", "not-found");
        objects.put("enrollmentCodeId", owner.get("/enrollment-codes").text("/items/0/id"));
        objects.put("pendingEnrollmentId", pendingEnrollment());
        objects.put("memberId", server.member(owner, "owner@example.org", "owner"));
        // A member can do what a token can, and what only people do besides.
        owner = server.session("owner@example.org");
        new PeopleScenes(server, owner, organization).addTo(scenes);
        new OwnershipScenes(server, owner, objects).addTo(scenes);
        new OidcScenes(server, owner, new OidcVisitor(server, issuer)).addTo(scenes);
        tokensAndProducts();
        enrollments();
        devices();
        owners();
        objects.put("findingId", server.finding(owner, device));
        firewall();
        objects.put(
                "rolloutId",
                RolloutScenes.begun(server, owner, String.valueOf(objects.get("productId"))));
        new RolloutScenes(server, owner, objects).addTo(scenes);
        AttestationScenes.addTo(scenes, owner);
        new ReleaseScenes(owner, objects.get("productId"), server.clock.instant())
                .addTo(objects, "reef");
        ReleaseScenes.addTo(scenes, owner, server.clock.instant());
        new SealingScenes(owner, server.clock, objects.get("productId")).addTo(scenes);
    }

    @AfterAll
    void stop() {
        server.close();
        issuer.close();
    }

    private void tokensAndProducts() {
        scenes.put("createToken", () -> this::token);
        scenes.put(
                "revokeToken",
                () -> {
                    String id = token().ok("id");
                    return () -> owner.delete("/tokens/" + id);
                });
        scenes.put("createProduct", () -> () -> owner.post("/products", "{\"name\":\"One more\"}"));
        scenes.put(
                "replaceProductRiskProfile",
                () -> {
                    String other = owner.post("/products", "{\"name\":\"Other\"}").ok("id");
                    return () ->
                            owner.send(
                                    "PUT",
                                    "/products/" + other + "/risk-profile",
                                    ApiClient.JSON,
                                    "{\"riskProfile\":\"low\"}",
                                    "If-Match: *");
                });
        scenes.put(
                "adviseOnProduct",
                () ->
                        () ->
                                owner.post(
                                        "/products/advice",
                                        """
                                        {"consequences":[],"attackersReachDevice":true,\
                                        "fleetSize":10,"battery":true,"partsBudgetCents":0}"""));
        scenes.put(
                "replaceProductQuota",
                () ->
                        () ->
                                owner.send(
                                        "PUT",
                                        "/products/" + objects.get("productId") + "/quota",
                                        ApiClient.JSON,
                                        "{\"inflight\":5}",
                                        "If-Match: *"));
    }

    private void enrollments() {
        scenes.put("createEnrollmentCode", () -> () -> code("CODE-" + serials++, false));
        scenes.put(
                "withdrawEnrollmentCode",
                () -> {
                    String id = code("CODE-" + serials++, false).text("/enrollmentCode/id");
                    return () -> owner.delete("/enrollment-codes/" + id);
                });
        scenes.put(
                "approveEnrollment",
                () -> {
                    String id = pendingEnrollment();
                    return () -> owner.post("/pending-enrollments/" + id + "/approval");
                });
        scenes.put(
                "denyEnrollment",
                () -> {
                    String id = pendingEnrollment();
                    return () -> owner.post("/pending-enrollments/" + id + "/denial", REASON);
                });
        scenes.put(
                "askCertificateStatus",
                () -> () -> owner.send("POST", "/ca/ocsp", "application/ocsp-request", "x"));
    }

    private void owners() {
        scenes.put(
                "enterDeviceOwner",
                () -> {
                    String owners = "/devices/" + device() + "/owners";
                    return () -> owner.post(owners, member());
                });
    }

    private String member() {
        return "{\"memberId\":\"" + objects.get("memberId") + "\"}";
    }

    private void devices() {
        scenes.put(
                "registerDevice",
                () -> {
                    String devices = "/products/" + beacons() + "/devices";
                    return () -> owner.post(devices, "{\"serial\":\"T-0\"}");
                });
        scenes.put(
                "createDeviceToken",
                () -> {
                    String device = tokenDevice("T-" + serials++).has(201).text("/token/device");
                    return () -> owner.post("/devices/" + device + "/tokens", "{}");
                });
        scenes.put(
                "replaceDeviceTags",
                () -> {
                    String tags = "/devices/" + device() + "/tags";
                    return () -> owner.put(tags, "{\"tags\":[\"beta\"]}", "If-Match: *");
                });
        scenes.put(
                "changeDeviceTags",
                () -> {
                    String body =
                            "{\"serials\":[\"TANK-%d\"],\"add\":[\"beta\"]}".formatted(serials);
                    device();
                    return () -> owner.post("/device-tag-changes", body);
                });
        scenes.put("suspendDevice", () -> change(device(), "suspension"));
        scenes.put("quarantineDevice", () -> change(device(), "quarantine"));
        scenes.put(
                "reinstateDevice",
                () -> {
                    DeviceId device = device();
                    change(device, "suspension").make().has(200);
                    return change(device, "reinstatement");
                });
        scenes.put(
                "changeDesiredState",
                () -> {
                    String state = "/devices/" + device() + "/state/desired";
                    return () -> owner.patch(state, "{\"light\":\"on\"}", "If-Match: *");
                });
        scenes.put(
                "sendCommand",
                () -> {
                    String commands = "/devices/" + device() + "/commands";
                    return () -> owner.post(commands, "{\"name\":\"feed\"}");
                });
        scenes.put(
                "cancelCommand",
                () -> {
                    DeviceId device = device();
                    String path = "/devices/" + device + "/commands/" + command(device);
                    return () -> owner.post(path + "/cancellation");
                });
    }

    private void firewall() {
        scenes.put(
                "replaceProductFirewall",
                () ->
                        () ->
                                owner.send(
                                        "PUT",
                                        "/products/" + objects.get("productId") + "/firewall",
                                        ApiClient.JSON,
                                        "{\"connects\":{\"mode\":\"observing\",\"perHourMax\":5}}",
                                        "If-Match: *"));
        scenes.put(
                "replaceOrganizationFirewall",
                () ->
                        () ->
                                owner.send(
                                        "PUT",
                                        "/organizations/" + organization + "/firewall",
                                        ApiClient.JSON,
                                        "{\"tokens\":{\"mode\":\"off\",\"allowed\":[]}}",
                                        "If-Match: *"));
        scenes.put("dismissFinding", () -> decide(device(), "dismissal"));
        scenes.put("quarantineForFinding", () -> decide(device(), "quarantine"));
        scenes.put(
                "banForFinding",
                () -> {
                    String finding = server.finding(owner, device());
                    return () ->
                            owner.post(
                                    "/findings/" + finding + "/ban",
                                    "{\"reason\":\"a test\",\"seconds\":60}");
                });
    }

    private Call decide(DeviceId device, String noun) {
        String finding = server.finding(owner, device);
        return () -> owner.post("/findings/" + finding + "/" + noun, REASON);
    }

    Stream<Operation> all() {
        return server.api.contract().operations().stream()
                .filter(operation -> !operation.id().equals("setUp"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void leavesInTheLogWhatTheDocumentSays(Operation operation) throws Exception {
        Call call = scene(operation).prepare();
        long before = newest();
        Answer answer = call.make();
        assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
        server.settle();
        assertThat(actionsAfter(before)).isEqualTo(operation.auditActions());
    }

    /** It works once and makes the organization that everything else here happens in. */
    @Test
    void leavesInTheLogWhatTheDocumentSaysOfTheSetup() {
        Operation setUp =
                server.api.contract().operations().stream()
                        .filter(operation -> operation.id().equals("setUp"))
                        .findFirst()
                        .orElseThrow();
        assertThat(leftBySetup).isEqualTo(setUp.auditActions());
    }

    private Scene scene(Operation operation) {
        if (operation.method().equals("GET") && !scenes.containsKey(operation.id())) {
            String path =
                    ApiClient.below(
                            VARIABLE.matcher(operation.path())
                                    .replaceAll(
                                            found -> objects.getOrDefault(found.group(1), "?")));
            String asked = path + ApiExamples.query(operation.id(), "");
            return () -> () -> owner.get(asked);
        }
        return Optional.ofNullable(scenes.get(operation.id()))
                .orElseThrow(() -> new AssertionError("no scene for " + operation.id()));
    }

    private long newest() {
        List<AuditEntry> entries = server.audit.entries(organization, Long.MAX_VALUE, 1);
        return entries.isEmpty() ? 0 : entries.getFirst().sequence();
    }

    private Set<String> actionsAfter(long sequence) {
        Set<String> actions = new TreeSet<>();
        server.audit.entries(organization, Long.MAX_VALUE, 100).stream()
                .filter(entry -> entry.sequence() > sequence)
                .forEach(entry -> actions.add(entry.action()));
        return actions;
    }

    private Answer token() {
        return owner.post("/tokens", "{\"name\":\"t\",\"role\":\"auditor\"}");
    }

    /** A product whose devices may have tokens. */
    private String beacons() {
        String name = "beacons " + serials++;
        return owner.post("/products", "{\"name\":\"%s\",\"riskProfile\":\"low\"}".formatted(name))
                .ok("id");
    }

    private Answer tokenDevice(String serial) {
        return owner.post("/products/" + beacons() + "/devices", "{\"serial\":\"" + serial + "\"}");
    }

    private DeviceId device() throws Exception {
        return server.device(owner, "TANK-" + serials++);
    }

    private String command(DeviceId device) {
        return owner.post("/devices/" + device + "/commands", "{\"name\":\"feed\"}").ok("id");
    }

    private Call change(DeviceId device, String noun) {
        return () -> owner.post("/devices/" + device + "/" + noun, REASON);
    }

    private Answer code(String serial, boolean approvalNeeded) {
        return owner.post(
                        "/enrollment-codes",
                        "{\"product\":\"%s\",\"serials\":[\"%s\"],\"approvalNeeded\":%s}"
                                .formatted(objects.get("productId"), serial, approvalNeeded))
                .has(201);
    }

    private String pendingEnrollment() throws Exception {
        String serial = "WAITS-" + serials++;
        EnrollmentOutcome waiting =
                server.enrollment.enroll(
                        serial,
                        code(serial, true).ok("secret"),
                        TestRequests.request(TestKeys.p256(), serial),
                        "127.0.0.1");
        return ((EnrollmentOutcome.Pending) waiting).id().toString();
    }
}
