/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where organizations are kept. What changes something is durable, with its audit entry, when it
 * returns.
 */
public interface OrganizationStore {

    /** Stores a new organization. */
    @Unscoped("the organization is only being made")
    Organization add(Organization organization, AuditEvent event);

    /** One organization. */
    Optional<Organization> organization(OrganizationId id);

    /** Organizations in order of their ids, after {@code after}. */
    @Unscoped("lists the scopes themselves, for whoever runs the server")
    List<Organization> organizations(Optional<OrganizationId> after, int countMax);

    /**
     * Changes what an organization's own people may change: its name and what it demands of them.
     *
     * @param expectedVersion only if it still has this version; empty for whatever version
     */
    OrganizationChange change(
            OrganizationId id,
            Optional<Long> expectedVersion,
            UnaryOperator<Organization> change,
            AuditEvent event);

    /**
     * Enables or disables an organization; empty if there is none. Ends no session: {@link
     * OrganizationLifecycle} does.
     */
    Optional<Organization> enable(OrganizationId id, boolean enabled, AuditEvent event);
}
