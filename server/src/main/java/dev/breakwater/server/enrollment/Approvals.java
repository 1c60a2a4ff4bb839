/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Enrollments that wait for an operator, and devices whose certificate has ended. Approving signs
 * nothing yet: the device asks again, as it was told to, and is given its certificate then.
 */
public final class Approvals {

    private final EnrollmentStore store;
    private final LapsedRenewalStore lapsed;
    private final Clock clock;

    /** Wires the approvals. */
    public Approvals(EnrollmentStore store, LapsedRenewalStore lapsed, Clock clock) {
        this.store = store;
        this.lapsed = lapsed;
        this.clock = clock;
    }

    /** What waits, in order of the ids, after {@code after}. */
    public List<WaitingEnrollment> pending(
            OrganizationId organization, Optional<RedemptionId> after, int countMax) {
        return Stream.concat(
                        store.pending(organization, after, countMax).stream()
                                .map(WaitingEnrollment::of),
                        lapsed.pending(organization, after, countMax).stream()
                                .map(WaitingEnrollment::of))
                .sorted(Comparator.comparing(waiting -> waiting.id().toString()))
                .limit(countMax)
                .toList();
    }

    /** One enrollment, pending or not. */
    public Optional<WaitingEnrollment> enrollment(OrganizationId organization, RedemptionId id) {
        return store.redemption(organization, id)
                .map(WaitingEnrollment::of)
                .or(() -> lapsed.renewal(organization, id).map(WaitingEnrollment::of));
    }

    /** Lets the device have its certificate. Empty if none of that id is pending. */
    public Optional<WaitingEnrollment> approve(
            OrganizationId organization, RedemptionId id, Actor actor) {
        return decide(organization, id, true, actor, Map.of());
    }

    /**
     * Refuses the device its certificate, for good as far as this code, or the certificate that has
     * ended, is concerned. Empty if none of that id is pending.
     *
     * @param reason in the operator's words, for the audit log
     */
    public Optional<WaitingEnrollment> deny(
            OrganizationId organization, RedemptionId id, String reason, Actor actor) {
        return decide(organization, id, false, actor, Map.of("reason", reason));
    }

    private Optional<WaitingEnrollment> decide(
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
        String by = actor.toString();
        Instant now = clock.instant();
        return store.decide(organization, id, approved, by, now, event)
                .map(WaitingEnrollment::of)
                .or(
                        () ->
                                lapsed.decide(organization, id, approved, by, now, event)
                                        .map(WaitingEnrollment::of));
    }
}
