/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.Optional;

/** Keeps how products take updates, and who has stopped them. */
public interface UpdatePolicyStore {

    /**
     * What a product states.
     *
     * @param version 0 while it states nothing, then one more with every change
     */
    record Stated(Optional<UpdatePolicy> policy, long version) {}

    /** What became of a change. */
    enum Outcome {
        /** It is stored. */
        CHANGED,
        /** The organization has no such product. */
        NO_SUCH_PRODUCT,
        /** Somebody else was faster. */
        VERSION_MISMATCH
    }

    /** What a product states; nothing also where there is no such product. */
    Stated policy(OrganizationId organization, ProductId product);

    /** Replaces it. */
    Outcome change(
            OrganizationId organization,
            ProductId product,
            UpdatePolicy policy,
            Optional<Long> expectedVersion,
            AuditEvent event);

    /** The organization's kill switch, if it is thrown. */
    Optional<UpdateStop> stop(OrganizationId organization);

    /** Throws it; one that is thrown stays as it is. */
    UpdateStop throwStop(UpdateStop stop, AuditEvent event);

    /** Lifts it; false if it is not thrown. */
    boolean liftStop(OrganizationId organization, AuditEvent event);
}
