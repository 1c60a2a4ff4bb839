/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.identity.ProvenDevices;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.telemetry.NewReading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What owners do with their devices, as their app does it. */
final class OwnDevicesTest {

    private static final String KEY = ApiExamples.ENTERED_KEY;

    @TempDir Path directory;
    private ApiServer server;
    private ApiClient maker;
    private String pat;
    private ApiClient owner;
    private DeviceId device;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer(directory);
        maker = server.administrator("Reef & Sons");
        device = server.device(maker, "TANK-1");
        pat = server.member(maker, "pat@reef.example", "device-owner");
        owner = logIn("pat@reef.example");
        enterOwner(pat);
        maker.post("/device-labels", label("TANK-1", KEY)).has(201);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void deletesWhatADeviceToldWhenItIsGivenBack() throws Exception {
        tell();
        owner.patch("/devices/" + device + "/state/desired", "{\"light\":\"on\"}", "If-Match: *")
                .has(200);
        owner.post("/devices/" + device + "/commands", "{\"name\":\"feed\"}").has(201);
        assertThat(items(maker, "/telemetry")).isEqualTo(1);
        assertThat(items(maker, "/commands")).isEqualTo(1);

        own("/release").has(204);

        owner.get("/devices/" + device).has(404);
        assertThat(owner.get("/devices").json().at("/items")).isEmpty();
        assertThat(items(maker, "/telemetry")).isZero();
        assertThat(items(maker, "/commands")).isZero();
        assertThat(items(maker, "/owners")).isZero();
        assertThat(maker.get("/devices/" + device + "/state").has(200).body())
                .doesNotContain("light");
        assertThat(maker.get("/devices/" + device).text("/status")).isEqualTo("revoked");
        own("/release").has(404);
    }

    /** The number under which its readings lay must not become the next device's. */
    @Test
    void showsTheNextDeviceNothingOfTheOneBefore() throws Exception {
        tell();
        own("/release").has(204);
        device = server.device(maker, "TANK-2");
        String member = server.member(maker, "kim@reef.example", "device-owner");
        ApiClient kim = logIn("kim@reef.example");
        enterOwner(member);
        assertThat(items(kim, "/telemetry")).isZero();
        assertThat(items(kim, "/commands")).isZero();
        tell();
        assertThat(items(kim, "/telemetry")).isEqualTo(1);
    }

    @Test
    void wantsAProofThatIsNotOld() {
        server.clock.advance(Duration.ofMinutes(11));
        Answer old = own("/release");
        assertThat(old.status()).isIn(401, 403);
        owner = logIn("pat@reef.example");
        own("/release").has(204);
    }

    @Test
    void handsADeviceOnByACode() {
        String code = own("/transfers").ok("code");
        server.member(maker, "kim@reef.example", "device-owner");
        ApiClient kim = logIn("kim@reef.example");
        refusesTransfer(kim, "bwx_" + "0".repeat(64));
        Answer taken = kim.post("/device-transfers/acceptance", code(code)).has(201);
        assertThat(taken.text("/serial")).isEqualTo("TANK-1");
        owner.get("/devices/" + device).has(404);
        refusesTransfer(kim, code);
        kim.post("/setup-tickets", part("TANK-1", KEY)).has(201);
        Answer refused = owner.post("/setup-tickets", part("TANK-1", KEY)).has(409);
        assertThat(refused.problem()).isEqualTo("owned-by-another");
        assertThat(newestRefusal().details()).containsEntry("reason", "ticket-owned-by-another");
        assertThat(standing("TANK-1")).isEqualTo("owned");
    }

    private void refusesTransfer(ApiClient taker, String code) {
        Answer refused = taker.post("/device-transfers/acceptance", code(code)).has(403);
        assertThat(refused.problem()).isEqualTo("transfer-refused");
        assertThat(newestRefusal().details()).containsEntry("reason", "transfer-code-refused");
        assertThat(counted("transfer-code-refused")).isPositive();
    }

    @Test
    void takesBackAnOffer() {
        String code = own("/transfers").ok("code");
        owner.delete("/me/devices/" + device + "/transfers").has(204);
        owner.delete("/me/devices/" + device + "/transfers").has(404);
        server.member(maker, "kim@reef.example", "device-owner");
        refusesTransfer(logIn("kim@reef.example"), code);
    }

    @Test
    void takesADeviceOffThatIsReportedStolenAndBringsItBack() {
        own("/theft-report").has(204);
        own("/theft-report").has(204);
        assertThat(owner.get("/devices/" + device).text("/status")).isEqualTo("suspended");
        assertThat(own("/release").has(409).problem()).isEqualTo("not-possible-now");
        assertThat(own("/transfers").has(409).problem()).isEqualTo("not-possible-now");
        owner.delete("/me/devices/" + device + "/theft-report").has(204);
        assertThat(owner.get("/devices/" + device).text("/status")).isEqualTo("active");
        owner.delete("/me/devices/" + device + "/theft-report").has(404);
    }

    @Test
    void leavesADeviceOffThatWasTakenOffForAnotherReason() {
        maker.post("/devices/" + device + "/quarantine", "{\"reason\":\"odd\"}").has(200);
        own("/theft-report").has(204);
        owner.delete("/me/devices/" + device + "/theft-report").has(204);
        assertThat(owner.get("/devices/" + device).text("/status")).isEqualTo("quarantined");
    }

    @Test
    void letsNobodyDisposeOfADeviceThatIsNotTheirs() {
        server.member(maker, "kim@reef.example", "device-owner");
        server.member(maker, "op@reef.example", "operator");
        for (String email : List.of("kim@reef.example", "op@reef.example")) {
            ApiClient somebody = logIn(email);
            for (String noun : List.of("release", "transfers", "theft-report")) {
                somebody.post("/me/devices/" + device + "/" + noun).has(404);
            }
            somebody.delete("/me/devices/" + device + "/transfers").has(404);
            somebody.delete("/me/devices/" + device + "/theft-report").has(404);
        }
        assertThat(owner.get("/devices/" + device).text("/status")).isEqualTo("active");
    }

    @Test
    void tellsABuyerHowADeviceStands() {
        maker.post("/device-labels", label("TANK-2", otherKey())).has(201);
        String asked = "/device-standing?serial=TANK-2&setupKeyHash=" + otherKey();
        assertThat(server.anybody().get(asked).has(200).body())
                .isEqualTo("{\"standing\":\"free\"}");
        String unknown = "/device-standing?serial=TANK-3&setupKeyHash=" + otherKey();
        String otherLabel = "/device-standing?serial=TANK-1&setupKeyHash=" + otherKey();
        assertThat(server.anybody().get(unknown).has(404).body())
                .isEqualTo(server.anybody().get(otherLabel).has(404).body());
        server.anybody().get("/device-standing?serial=TANK-2").has(400);
    }

    @Test
    void entersManyLabelsOrNone() {
        String batch =
                "{\"product\":\"%s\",\"labels\":[%s,%s]}"
                        .formatted(product(), part("B-1", otherKey()), part("B-2", KEY));
        assertThat(maker.post("/device-label-batches", batch).has(409).problem())
                .isEqualTo("not-possible-now");
        assertThat(maker.get("/device-labels?serial=B-1").json().at("/items")).isEmpty();
        String good =
                "{\"product\":\"%s\",\"labels\":[%s]}"
                        .formatted(product(), part("B-1", otherKey()));
        assertThat(maker.post("/device-label-batches", good).has(201).text("/labels"))
                .isEqualTo("1");
        Answer listed = maker.get("/device-labels?serial=B-1").has(200);
        assertThat(listed.text("/items/0/setupKeyHash")).isEqualTo(otherKey());
        maker.delete("/device-labels/" + listed.text("/items/0/id")).has(204);
        assertThat(maker.get("/device-labels").json().at("/items")).hasSize(1);
    }

    @Test
    void grantsNoTicketForALabelOfNobody() {
        Answer refused = owner.post("/setup-tickets", part("TANK-9", otherKey())).has(404);
        assertThat(refused.problem()).isEqualTo("not-found");
        assertThat(newestRefusal().details()).containsEntry("reason", "ticket-label-unknown");
        assertThat(counted("ticket-label-unknown")).isPositive();
    }

    private Answer own(String noun) {
        return owner.post("/me/devices/" + device + noun);
    }

    private ApiClient logIn(String email) {
        return server.with(server.logIn(email).ok("accessToken"));
    }

    private void enterOwner(String member) {
        maker.post("/devices/" + device + "/owners", "{\"memberId\":\"" + member + "\"}").has(201);
    }

    private void tell() throws Exception {
        Awaited<Instant> stored = new Awaited<>();
        server.telemetry.accept(
                ProvenDevices.of(OrganizationId.parse(maker.organization()), device),
                NewReading.NO_PACKET_ID,
                "{\"warm\":24}".getBytes(StandardCharsets.UTF_8),
                stored);
        assertThat(stored.value()).isNotNull();
    }

    private int items(ApiClient client, String of) {
        return client.get("/devices/" + device + of).has(200).json().at("/items").size();
    }

    private String standing(String serial) {
        return server.anybody()
                .get("/device-standing?serial=" + serial + "&setupKeyHash=" + KEY)
                .has(200)
                .text("/standing");
    }

    private AuditEntry newestRefusal() {
        server.settle();
        return server
                .audit
                .entries(OrganizationId.parse(maker.organization()), Long.MAX_VALUE, 100)
                .stream()
                .filter(entry -> entry.action().equals("api.refused"))
                .findFirst()
                .orElseThrow();
    }

    private double counted(String reason) {
        return server.meters
                .get("breakwater.refusals")
                .tags("where", "api", "reason", reason)
                .counter()
                .count();
    }

    private String product() {
        return maker.get("/products").text("/items/0/id");
    }

    private String label(String serial, String key) {
        return "{\"product\":\"%s\",\"serial\":\"%s\",\"setupKeyHash\":\"%s\"}"
                .formatted(product(), serial, key);
    }

    private static String part(String serial, String key) {
        return "{\"serial\":\"%s\",\"setupKeyHash\":\"%s\"}".formatted(serial, key);
    }

    private static String code(String text) {
        return "{\"code\":\"" + text + "\"}";
    }

    private static String otherKey() {
        return "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
    }
}
