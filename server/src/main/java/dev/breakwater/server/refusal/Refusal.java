/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.refusal;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.organization.OrganizationId;
import java.util.Map;
import java.util.Optional;

/**
 * One refusal, as the place that refused knows it.
 *
 * @param reason the operator's word for it
 * @param where the gate that refused: {@code channel}, {@code est}, {@code api}
 * @param organization whose audit log shows it, when known
 * @param actor who was refused, as far as proven
 * @param details ids and values for the operator: serial, fingerprint, topic, limit; never a secret
 */
public record Refusal(
        RefusalReason reason,
        String where,
        Optional<OrganizationId> organization,
        Actor actor,
        Map<String, String> details) {

    /** Copies the details. */
    public Refusal {
        details = Map.copyOf(details);
    }
}
