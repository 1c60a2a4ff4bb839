/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where it is kept which devices wait for an operator because their certificate has ended. What
 * changes something is durable, with its audit entry, when it returns. That one was issued is
 * stored by the transaction that records it.
 */
public interface LapsedRenewalStore {

    /** How it stands with the certificate that has ended. */
    Optional<LapsedRenewal> ofLapsed(OrganizationId organization, CredentialFingerprint lapsed);

    /**
     * Lets a device wait, unless one with this certificate waits already.
     *
     * @param pendingMax how many of the organization may wait, first enrollments included
     * @return how it stands; empty if too many wait
     */
    Optional<LapsedRenewal> begin(LapsedRenewal wanted, int pendingMax, AuditEvent event);

    /** Those that wait, in order of their ids, after {@code after}. */
    List<LapsedRenewal> pending(
            OrganizationId organization, Optional<RedemptionId> after, int countMax);

    /** One, waiting or not. */
    Optional<LapsedRenewal> renewal(OrganizationId organization, RedemptionId id);

    /** Lets a waiting one go on, or ends it. Empty if none of that id waits. */
    Optional<LapsedRenewal> decide(
            OrganizationId organization,
            RedemptionId id,
            boolean approved,
            String decidedBy,
            Instant at,
            AuditEvent event);
}
