/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.AuditedOperationsTest.Scene;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.testkit.pki.TestKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How each operation about labels, tickets and the disposal of devices is performed. */
final class OwnershipScenes {

    private final ApiServer server;
    private final ApiClient owner;
    private final Map<String, String> objects;
    private final Map<String, Scene> scenes = new HashMap<>();
    private int serials;

    /**
     * Scenes of a member.
     *
     * @param objects where the member's own id and a product's stand
     */
    OwnershipScenes(ApiServer server, ApiClient owner, Map<String, String> objects) {
        this.server = server;
        this.owner = owner;
        this.objects = objects;
    }

    void addTo(Map<String, Scene> all) {
        labels();
        disposal();
        sharing();
        updates();
        ends();
        pages();
        all.putAll(scenes);
    }

    private void labels() {
        scenes.put(
                "enterDeviceLabel",
                () -> {
                    String label = body(fresh(), key());
                    return () -> owner.post("/device-labels", label);
                });
        scenes.put(
                "enterDeviceLabelBatch",
                () -> {
                    String batch =
                            "{\"product\":\"%s\",\"labels\":[%s,%s]}"
                                    .formatted(
                                            objects.get("productId"),
                                            part(fresh(), key()),
                                            part(fresh(), key()));
                    return () -> owner.post("/device-label-batches", batch);
                });
        scenes.put(
                "withdrawDeviceLabel",
                () -> {
                    String id = owner.post("/device-labels", body(fresh(), key())).ok("id");
                    return () -> owner.delete("/device-labels/" + id);
                });
        scenes.put(
                "createSetupTicket",
                () -> {
                    String serial = fresh();
                    String key = key();
                    owner.post("/device-labels", body(serial, key)).has(201);
                    return () -> owner.post("/setup-tickets", part(serial, key));
                });
    }

    private void pages() {
        String guidance = "/products/" + objects.get("productId") + "/guidance";
        scenes.put(
                "replaceProductGuidance",
                () ->
                        () ->
                                owner.put(
                                        guidance,
                                        "{\"supportedUntil\":\"2031-12-31\"}",
                                        "If-Match: *"));
        scenes.put(
                "checkLabel",
                () -> {
                    String serial = fresh();
                    String key = key();
                    owner.post("/device-labels", body(serial, key)).has(201);
                    String form = "serial=" + serial + "&key=" + key;
                    return () -> owner.send("POST", "/checks", ApiClient.FORM, form);
                });
    }

    private void disposal() {
        scenes.put(
                "releaseOwnDevice",
                () -> {
                    String device = own();
                    return () -> owner.post("/me/devices/" + device + "/release");
                });
        scenes.put(
                "beginDeviceTransfer",
                () -> {
                    String device = own();
                    return () -> owner.post("/me/devices/" + device + "/transfers");
                });
        scenes.put(
                "withdrawDeviceTransfer",
                () -> {
                    String transfers = "/me/devices/" + own() + "/transfers";
                    owner.post(transfers).has(201);
                    return () -> owner.delete(transfers);
                });
        scenes.put(
                "acceptDeviceTransfer",
                () -> {
                    String code = owner.post("/me/devices/" + own() + "/transfers").ok("code");
                    ApiClient taker = taker();
                    String acceptance = "{\"code\":\"" + code + "\"}";
                    return () -> taker.post("/device-transfers/acceptance", acceptance);
                });
        scenes.put(
                "reportOwnDeviceStolen",
                () -> {
                    String device = own();
                    return () -> owner.post("/me/devices/" + device + "/theft-report");
                });
        scenes.put(
                "withdrawTheftReport",
                () -> {
                    String report = "/me/devices/" + own() + "/theft-report";
                    owner.post(report).has(204);
                    return () -> owner.delete(report);
                });
    }

    private void sharing() {
        scenes.put(
                "offerDeviceShare",
                () -> {
                    String device = own();
                    return () -> offer(device);
                });
        scenes.put(
                "endDeviceShare",
                () -> {
                    String device = own();
                    String share = offer(device).ok("id");
                    return () -> owner.delete("/me/devices/" + device + "/shares/" + share);
                });
        scenes.put(
                "acceptDeviceShare",
                () -> {
                    String code = offer(own()).ok("code");
                    ApiClient taker = taker();
                    return () -> accept(taker, code);
                });
        scenes.put(
                "leaveSharedDevice",
                () -> {
                    ApiClient taker = taker();
                    String share = accept(taker, offer(own()).ok("code")).ok("id");
                    return () -> taker.delete("/me/shared-devices/" + share);
                });
    }

    private void updates() {
        OfferedUpdates offered = new OfferedUpdates(server);
        OrganizationId organization =
                OrganizationId.parse(Objects.requireNonNull(objects.get("organizationId")));
        for (String answer : List.of("approval", "postponement", "refusal")) {
            boolean later = answer.equals("postponement");
            String verb = later ? "postpone" : answer.equals("approval") ? "approve" : "refuse";
            scenes.put(
                    verb + "OwnDeviceUpdate",
                    () -> {
                        DeviceId device = DeviceId.parse(own());
                        RolloutId rollout = offered.asking(organization, device, "1.1", false);
                        String until =
                                later
                                        ? ",\"until\":\"%s\""
                                                .formatted(server.clock.instant().plusSeconds(60))
                                        : "";
                        String body = "{\"rollout\":\"%s\"%s}".formatted(rollout, until);
                        return () ->
                                owner.post("/me/devices/" + device + "/update/" + answer, body);
                    });
        }
    }

    /** What ends the shares of a device, too. */
    private void ends() {
        String reason = "{\"reason\":\"a test\"}";
        scenes.put(
                "removeDeviceOwner",
                () -> {
                    String owners = "/devices/" + own() + "/owners/";
                    return () -> owner.delete(owners + objects.get("memberId"));
                });
        scenes.put(
                "revokeDevice",
                () -> {
                    String device = own();
                    return () -> owner.post("/devices/" + device + "/revocation", reason);
                });
        scenes.put(
                "revokeForFinding",
                () -> {
                    String finding = server.finding(owner, DeviceId.parse(own()));
                    return () -> owner.post("/findings/" + finding + "/revocation", reason);
                });
    }

    private Answer offer(String device) {
        return owner.post("/me/devices/" + device + "/shares", "{\"right\":\"read\"}").has(201);
    }

    private static Answer accept(ApiClient taker, String code) {
        return taker.post("/device-shares/acceptance", "{\"code\":\"" + code + "\"}");
    }

    private ApiClient taker() {
        String email = "taker-%d@example.org".formatted(serials++);
        server.member(owner, email, "device-owner");
        return server.with(server.logIn(email).ok("accessToken"));
    }

    /** A device of the member's, for which a command waits, and which is offered to somebody. */
    private String own() throws Exception {
        DeviceId device = server.device(owner, "OWN-" + serials++);
        owner.post(
                        "/devices/" + device + "/owners",
                        "{\"memberId\":\"" + objects.get("memberId") + "\"}")
                .has(201);
        owner.post("/devices/" + device + "/commands", "{\"name\":\"feed\"}").has(201);
        offer(device.toString());
        return device.toString();
    }

    private String fresh() {
        return "LABEL-OF-" + serials++;
    }

    private static String key() {
        return SetupKeyHash.of(TestKeys.p256().getPublic()).text();
    }

    private static String part(String serial, String key) {
        return "{\"serial\":\"%s\",\"setupKeyHash\":\"%s\"}".formatted(serial, key);
    }

    private String body(String serial, String key) {
        return "{\"product\":\"%s\",\"serial\":\"%s\",\"setupKeyHash\":\"%s\"}"
                .formatted(objects.get("productId"), serial, key);
    }
}
