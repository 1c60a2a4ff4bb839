/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.time.Instant;
import java.util.Optional;

/**
 * An enrollment code as the server keeps it: all but the secret.
 *
 * @param note what its maker wrote to recognize it by; may be empty
 * @param serials how many serials it is for
 * @param uses how many devices may enroll with it, at most as many as serials
 * @param used how many have, or wait for an operator's approval
 * @param approvalNeeded whether an operator must approve each enrollment
 * @param createdBy the actor who made it, as in the audit log
 * @param withdrawnAt when an operator withdrew it
 * @param assurance what its maker states about where the devices keep their keys
 */
public record EnrollmentCode(
        EnrollmentCodeId id,
        OrganizationId organization,
        ProductId product,
        String note,
        int serials,
        int uses,
        int used,
        boolean approvalNeeded,
        Instant createdAt,
        String createdBy,
        Instant expiresAt,
        Optional<Instant> withdrawnAt,
        Assurance assurance) {

    /** Whether it lets anybody new in. */
    public enum State {
        /** It does. */
        OPEN,
        /** As many devices as it has uses have enrolled with it. */
        USED_UP,
        /** Its time is over. */
        EXPIRED,
        /** An operator ended it. */
        WITHDRAWN
    }

    /** Its state at a moment. What an operator did outweighs what time did. */
    public State state(Instant now) {
        if (withdrawnAt.isPresent()) {
            return State.WITHDRAWN;
        }
        if (!now.isBefore(expiresAt)) {
            return State.EXPIRED;
        }
        return used >= uses ? State.USED_UP : State.OPEN;
    }
}
