/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.organization.OrganizationId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An owner shares a device with somebody; over real TLS, as their apps do it. */
final class SharedDevicesTest {

    @TempDir Path directory;
    private ApiServer server;
    private ApiClient maker;
    private ApiClient owner;
    private ApiClient guest;
    private DeviceId device;
    private DeviceId another;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer(directory);
        maker = server.administrator("Reef & Sons");
        device = server.device(maker, "TANK-1");
        another = server.device(maker, "TANK-2");
        String pat = server.member(maker, "pat@reef.example", "device-owner");
        enterOwner(device, pat);
        enterOwner(another, pat);
        server.member(maker, "kim@reef.example", "device-owner");
        owner = logIn("pat@reef.example");
        guest = logIn("kim@reef.example");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void sharesToReadOneDeviceAndNothingElse() {
        guest.get("/devices/" + device).has(404);
        Answer share = share("read");
        assertThat(share.text("/serial")).isEqualTo("TANK-1");
        assertThat(share.text("/owner/email")).isEqualTo("pat@reef.example");

        assertThat(guest.get("/devices").json().at("/items")).hasSize(1);
        assertThat(guest.get("/devices?serial=TANK-1").json().at("/items")).hasSize(1);
        assertThat(guest.get("/devices?serial=TANK-2").json().at("/items")).isEmpty();
        for (String readable : List.of("", "/state", "/telemetry", "/events")) {
            guest.get("/devices/" + device + readable).has(200);
            guest.get("/devices/" + another + readable).has(404);
        }
        for (Answer refused :
                List.of(
                        command(guest),
                        guest.get("/devices/" + device + "/commands"),
                        desire(guest))) {
            assertThat(refused.has(403).problem()).isEqualTo("permission-missing");
        }
        assertThat(newestRefusal().details()).containsEntry("reason", "share-too-narrow");
        assertThat(counted("share-too-narrow")).isEqualTo(3);
        assertThat(refusedToo()).isTrue();
    }

    @Test
    void sharesToUse() {
        share("use");
        command(guest).has(201);
        desire(guest).has(200);
        guest.get("/devices/" + device + "/commands").has(200);
        assertThat(refusedToo()).isTrue();
    }

    /** Whoever has a share can neither pass it on nor dispose of the device. */
    private boolean refusedToo() {
        String own = "/me/devices/" + device;
        for (String noun : List.of("/release", "/transfers", "/theft-report")) {
            guest.post(own + noun).has(403);
        }
        guest.delete(own + "/transfers").has(403);
        guest.delete(own + "/theft-report").has(403);
        guest.post(own + "/shares", "{\"right\":\"read\"}").has(403);
        guest.get(own + "/shares").has(403);
        return owner.get("/devices/" + device).text("/status").equals("active");
    }

    @Test
    void grantsASharerNoTicketForTheSetUpOfTheDevice() {
        String product = maker.get("/products").text("/items/0/id");
        maker.post(
                        "/device-labels",
                        "{\"product\":\"%s\",\"serial\":\"TANK-1\",\"setupKeyHash\":\"%s\"}"
                                .formatted(product, ApiExamples.ENTERED_KEY))
                .has(201);
        share("use");
        Answer refused =
                guest.post(
                        "/setup-tickets",
                        "{\"serial\":\"TANK-1\",\"setupKeyHash\":\"%s\"}"
                                .formatted(ApiExamples.ENTERED_KEY));
        assertThat(refused.has(409).problem()).isEqualTo("owned-by-another");
    }

    @Test
    void endsAtOnceByEitherSide() {
        String first = share("use").text("/id");
        assertThat(shares().json().at("/items")).hasSize(1);
        assertThat(shares().text("/items/0/with/email")).isEqualTo("kim@reef.example");
        owner.delete("/me/devices/" + device + "/shares/" + first).has(204);
        owner.delete("/me/devices/" + device + "/shares/" + first).has(404);
        guest.get("/devices/" + device).has(404);
        assertThat(guest.get("/devices").json().at("/items")).isEmpty();

        String second = share("use").text("/id");
        guest.delete("/me/shared-devices/" + second).has(204);
        guest.delete("/me/shared-devices/" + second).has(404);
        guest.get("/devices/" + device).has(404);
        assertThat(shares().json().at("/items")).isEmpty();
    }

    @Test
    void refusesACodeThatIsWrongUsedWithdrawnOrLate() {
        refuses("bws_" + "0".repeat(64));
        Answer used = offer("read", "");
        accept(guest, used.text("/code")).has(201);
        refuses(used.text("/code"));
        Answer withdrawn = offer("read", "");
        owner.delete("/me/devices/" + device + "/shares/" + withdrawn.text("/id")).has(204);
        refuses(withdrawn.text("/code"));
        Answer late = offer("read", "");
        server.clock.advance(Duration.ofHours(24));
        guest = logIn("kim@reef.example");
        refuses(late.text("/code"));
        assertThat(counted("share-code-refused")).isEqualTo(4);
    }

    private void refuses(String code) {
        assertThat(accept(guest, code).has(403).problem()).isEqualTo("share-refused");
        assertThat(newestRefusal().details()).containsEntry("reason", "share-code-refused");
    }

    @Test
    void isForDeviceOwnersOfTheSameOrganizationOtherThanTheOwner() {
        String code = offer("read", "").text("/code");
        assertThat(accept(owner, code).has(409).problem()).isEqualTo("not-possible-now");
        server.member(maker, "op@reef.example", "operator");
        assertThat(accept(logIn("op@reef.example"), code).has(409).problem())
                .isEqualTo("not-possible-now");
        ApiClient elsewhere = server.administrator("Elsewhere");
        server.member(elsewhere, "lee@elsewhere.example", "device-owner");
        accept(logIn("lee@elsewhere.example"), code).has(403);
        accept(guest, code).has(201);
    }

    @Test
    void wantsAProofThatIsNotOld() {
        server.clock.advance(Duration.ofMinutes(11));
        String shares = "/me/devices/" + device + "/shares";
        assertThat(owner.post(shares, "{\"right\":\"read\"}").status()).isIn(401, 403);
        owner = logIn("pat@reef.example");
        owner.post(shares, "{\"right\":\"read\"}").has(201);
    }

    @Test
    void isOverAtItsEnd() {
        String shares = "/me/devices/" + device + "/shares";
        String past = "{\"right\":\"read\",\"endsAt\":\"%s\"}".formatted(server.clock.instant());
        assertThat(owner.post(shares, past).has(409).problem()).isEqualTo("not-possible-now");
        String end = server.clock.instant().plus(Duration.ofMinutes(5)).toString();
        Answer offer = offer("read", ",\"endsAt\":\"" + end + "\"");
        assertThat(accept(guest, offer.text("/code")).has(201).text("/endsAt")).isEqualTo(end);
        guest.get("/devices/" + device).has(200);
        server.clock.advance(Duration.ofMinutes(5));
        guest.get("/devices/" + device).has(404);
        assertThat(guest.get("/me/shared-devices").json().at("/items")).isEmpty();
    }

    @Test
    void showsOperatorsWhomADeviceIsSharedWith() {
        share("use");
        offer("read", "");
        Answer seen = maker.get("/devices/" + device + "/shares").has(200);
        assertThat(seen.json().at("/items")).hasSize(2);
        assertThat(seen.text("/items/0/with/email")).isEqualTo("kim@reef.example");
        assertThat(seen.text("/items/1/state")).isEqualTo("offered");
        assertThat(seen.body()).doesNotContain("bws_");
        guest.get("/devices/" + device + "/shares").has(403);
    }

    @Test
    void showsInAStreamWhatTheShareCovers() throws Exception {
        share("read");
        try (EventReader reader = guest.events("").begun();
                EventReader owners = owner.events("").begun()) {
            command(owner).has(201);
            owners.next("command");
            desire(owner).has(200);
            assertThat(owners.next("state").text("device")).isEqualTo(device.toString());
            assertThat(reader.next("state").text("device")).isEqualTo(device.toString());
        }
    }

    /** Each is performed on the device that a live stream of the guest's is about. */
    @ParameterizedTest
    @ValueSource(strings = {"owner", "guest", "release", "theft", "revocation", "transfer"})
    void endsTheGuestsLiveStreamOfTheDeviceAtOnce(String by) throws Exception {
        String share = share("use").text("/id");
        try (EventReader ofDevice = guest.events("?device=" + device).begun();
                EventReader ofAll = guest.events("").begun()) {
            end(by, share);
            EventReader.Seen end = ofDevice.next();
            assertThat(end.name()).isEqualTo("end");
            assertThat(end.text("reason")).isEqualTo("out-of-reach");
            // The other stream goes on, without this device.
            DeviceId own = server.device(maker, "KIMS");
            String kim = guest.get("/me").text("/id");
            enterOwner(own, kim);
            maker.post("/devices/" + own + "/commands", "{\"name\":\"feed\"}").has(201);
            assertThat(ofAll.next().text("device")).isEqualTo(own.toString());
        }
    }

    private void end(String by, String share) {
        String own = "/me/devices/" + device;
        switch (by) {
            case "owner" -> owner.delete(own + "/shares/" + share).has(204);
            case "guest" -> guest.delete("/me/shared-devices/" + share).has(204);
            case "release" -> owner.post(own + "/release").has(204);
            case "theft" -> owner.post(own + "/theft-report").has(204);
            case "revocation" ->
                    maker.post("/devices/" + device + "/revocation", "{\"reason\":\"x\"}").has(200);
            case "transfer" -> {
                String code = owner.post(own + "/transfers").ok("code");
                server.member(maker, "buyer@reef.example", "device-owner");
                logIn("buyer@reef.example")
                        .post("/device-transfers/acceptance", "{\"code\":\"" + code + "\"}")
                        .has(201);
            }
            default -> throw new IllegalArgumentException(by);
        }
    }

    private Answer share(String right) {
        return accept(guest, offer(right, "").text("/code")).has(201);
    }

    private Answer offer(String right, String more) {
        return owner.post(
                        "/me/devices/" + device + "/shares",
                        "{\"right\":\"" + right + "\"" + more + "}")
                .has(201);
    }

    private static Answer accept(ApiClient taker, String code) {
        return taker.post("/device-shares/acceptance", "{\"code\":\"" + code + "\"}");
    }

    private Answer shares() {
        return owner.get("/me/devices/" + device + "/shares").has(200);
    }

    private Answer command(ApiClient by) {
        return by.post("/devices/" + device + "/commands", "{\"name\":\"feed\"}");
    }

    private Answer desire(ApiClient by) {
        return by.patch(
                "/devices/" + device + "/state/desired", "{\"light\":\"on\"}", "If-Match: *");
    }

    private ApiClient logIn(String email) {
        return server.with(server.logIn(email).ok("accessToken"));
    }

    private void enterOwner(DeviceId of, String member) {
        maker.post("/devices/" + of + "/owners", "{\"memberId\":\"" + member + "\"}").has(201);
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
}
