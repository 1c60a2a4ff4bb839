/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.api.AuditedOperationsTest.Scene;
import dev.breakwater.server.attestation.EndorsementLists;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlEndorsementStore;
import java.time.Clock;
import java.util.Map;

/** How each operation on the allow-lists of endorsement keys is performed with success. */
final class AttestationScenes {

    private AttestationScenes() {}

    static EndorsementLists lists(
            Database database, SqlAuditLog audit, Limits limits, Clock clock) {
        return new EndorsementLists(new SqlEndorsementStore(database, audit), limits, clock);
    }

    static void addTo(Map<String, Scene> scenes, ApiClient owner) {
        scenes.put("enterEndorsementAuthority", () -> () -> ApiExamples.enterAuthority(owner));
        scenes.put("enterEndorsementKey", () -> () -> ApiExamples.enterEndorsementKey(owner));
        scenes.put(
                "removeEndorsementAuthority",
                () -> {
                    String id = ApiExamples.enteredAuthority(owner);
                    return () -> owner.delete("/endorsement-authorities/" + id);
                });
        scenes.put(
                "removeEndorsementKey",
                () -> {
                    String id = ApiExamples.enteredEndorsementKey(owner);
                    return () -> owner.delete("/endorsement-keys/" + id);
                });
    }
}
