/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.AuditedOperationsTest.Scene;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Release;
import java.util.Map;

/** How each operation on rollouts and policies of updates is performed with success. */
final class RolloutScenes {

    private final ApiServer server;
    private final ApiClient owner;
    private final String product;

    RolloutScenes(ApiServer server, ApiClient owner, Map<String, String> objects) {
        this.server = server;
        this.owner = owner;
        this.product = String.valueOf(objects.get("productId"));
    }

    void addTo(Map<String, Scene> scenes) {
        scenes.put(
                "previewRollout",
                () ->
                        () ->
                                owner.post(
                                        "/products/" + product + "/rollout-previews",
                                        body(server, owner, product)));
        scenes.put(
                "proposeRollout",
                () -> {
                    endAll();
                    return () ->
                            owner.post(
                                    "/products/" + product + "/rollouts",
                                    body(server, owner, product));
                });
        scenes.put(
                "approveRollout",
                () -> {
                    server.member(owner, "second@example.org", "operator");
                    risk("critical");
                    String id = rollout();
                    risk("standard");
                    ApiClient second = server.session("second@example.org");
                    return () -> second.post("/rollouts/" + id + "/approval", "");
                });
        scenes.put("pauseRollout", () -> on("pause", rollout()));
        scenes.put(
                "resumeRollout",
                () -> {
                    String id = rollout();
                    send("pause", id).has(200);
                    return () -> owner.post("/rollouts/" + id + "/resumption", "");
                });
        scenes.put("abortRollout", () -> on("abortion", rollout()));
        scenes.put("stopUpdates", () -> this::stop);
        scenes.put(
                "allowUpdates",
                () -> {
                    stop().has(200);
                    return () -> owner.delete("/update-stop");
                });
        scenes.put(
                "replaceUpdatePolicy",
                () ->
                        () ->
                                owner.put(
                                        "/products/" + product + "/update-policy",
                                        "{\"consent\":\"owner\",\"postponableDays\":30}",
                                        "If-Match: *"));
    }

    private AuditedOperationsTest.Call on(String what, String id) {
        return () -> send(what, id);
    }

    private Answer send(String what, String id) {
        return owner.post("/rollouts/" + id + "/" + what, "{\"reason\":\"smoke\"}");
    }

    private Answer stop() {
        return owner.put("/update-stop", "{\"reason\":\"fire\"}");
    }

    private void risk(String profile) {
        owner.put(
                        "/products/" + product + "/risk-profile",
                        "{\"riskProfile\":\"" + profile + "\"}",
                        "If-Match: *")
                .has(200);
    }

    private String rollout() {
        endAll();
        return begun(server, owner, product);
    }

    /** A device has one release at a time. */
    private void endAll() {
        owner.get("/rollouts")
                .json()
                .path("items")
                .forEach(
                        rollout -> {
                            if (!rollout.path("state").asString().equals("aborted")) {
                                send("abortion", rollout.path("id").asString()).has(200);
                            }
                        });
    }

    /** A rollout of a release that nobody has signed, to the product's devices; its id. */
    static String begun(ApiServer server, ApiClient owner, String product) {
        return owner.post("/products/" + product + "/rollouts", body(server, owner, product))
                .ok("id");
    }

    /** What asks for one, of a further release. */
    private static String body(ApiServer server, ApiClient owner, String product) {
        Release release =
                server.released.publish(
                        OrganizationId.parse(owner.organization()),
                        ProductId.parse(product),
                        "1.1",
                        2,
                        false);
        return "{\"releaseId\":\"%s\",\"target\":{\"all\":true}}".formatted(release.id());
    }
}
