/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Enrollments that wait for an operator. Approving signs nothing yet: the device asks again, as it
 * was told to, and is given its certificate then.
 */
public final class Approvals {

    private final EnrollmentStore store;
    private final Clock clock;

    /** Wires the approvals. */
    public Approvals(EnrollmentStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** What waits, in order of the ids, after {@code after}. */
    public List<Redemption> pending(
            OrganizationId organization, Optional<RedemptionId> after, int countMax) {
        return store.pending(organization, after, countMax);
    }

    /** One enrollment, pending or not. */
    public Optional<Redemption> enrollment(OrganizationId organization, RedemptionId id) {
        return store.redemption(organization, id);
    }

    /** Lets the device have its certificate. Empty if none of that id is pending. */
    public Optional<Redemption> approve(OrganizationId organization, RedemptionId id, Actor actor) {
        return decide(organization, id, true, actor, Map.of());
    }

    /**
     * Refuses the device its certificate, for good as far as this code is concerned. Empty if none
     * of that id is pending.
     *
     * @param reason in the operator's words, for the audit log
     */
    public Optional<Redemption> deny(
            OrganizationId organization, RedemptionId id, String reason, Actor actor) {
        return decide(organization, id, false, actor, Map.of("reason", reason));
    }

    private Optional<Redemption> decide(
            OrganizationId organization,
            RedemptionId id,
            boolean approved,
            Actor actor,
            Map<String, String> details) {
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        approved ? AuditAction.ENROLLMENT_APPROVED : AuditAction.ENROLLMENT_DENIED,
                        "enrollment:" + id,
                        details);
        return store.decide(organization, id, approved, actor.toString(), clock.instant(), event);
    }
}
