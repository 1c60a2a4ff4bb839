/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.AuditedOperationsTest.Scene;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;

/** How each operation on envelope keys and sealing policies is performed with success. */
final class SealingScenes {

    private final ApiClient owner;
    private final InstantSource clock;
    private final String product;

    SealingScenes(ApiClient owner, InstantSource clock, String product) {
        this.owner = owner;
        this.clock = clock;
        this.product = product;
    }

    void addTo(Map<String, Scene> scenes) {
        scenes.put("enterEnvelopeKey", () -> this::ownKey);
        scenes.put("rotateEnvelopeKey", () -> () -> owner.post("/envelope-keys/rotations", "{}"));
        scenes.put(
                "retireEnvelopeKey",
                () -> {
                    String id = ownKey().ok("id");
                    return () -> owner.delete("/envelope-keys/" + id);
                });
        scenes.put(
                "replaceProductSealing",
                () ->
                        () ->
                                owner.put(
                                        "/products/" + product + "/sealing",
                                        "{\"sealing\":\"allowed\",\"recipient\":\"server\"}",
                                        "If-Match: *"));
    }

    private Answer ownKey() {
        Validity second = new Validity(clock.instant(), clock.instant().plusSeconds(1));
        byte[] publicKey =
                RecipientKeyPair.fresh(Suite.X25519_CHACHA20_POLY1305, second)
                        .published()
                        .encoded();
        return owner.post(
                "/envelope-keys",
                "{\"publicKey\":\"%s\"}".formatted(Base64.getEncoder().encodeToString(publicKey)));
    }
}
