/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.LiveSessions;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a whole organization off and brings it back: the only caller of {@link
 * OrganizationStore#enable}, because a store alone ends no session. The order of the steps is that
 * of {@link RegistryVersion}. Methods block; they belong on virtual threads.
 */
public final class OrganizationLifecycle {

    private final OrganizationStore organizations;
    private final LiveSessions sessions;
    private final RegistryVersion version;

    /** Wires the lifecycle; {@code version} is shared with the {@link DeviceRegistry}. */
    public OrganizationLifecycle(
            OrganizationStore organizations, LiveSessions sessions, RegistryVersion version) {
        this.organizations = organizations;
        this.sessions = sessions;
        this.version = version;
    }

    /**
     * Refuses all devices and tokens of an organization from now on, and ends its devices'
     * sessions.
     *
     * @param reason why, in the operator's words; kept in the audit log
     * @return the organization as it stands; empty if there is none
     */
    public Optional<Organization> disable(OrganizationId id, String reason, Actor actor) {
        Optional<Organization> disabled =
                set(id, false, event(id, AuditAction.ORGANIZATION_DISABLED, reason, actor));
        if (disabled.isPresent()) {
            sessions.closeAll(id, FarewellReason.ORGANIZATION_DISABLED);
        }
        return disabled;
    }

    /**
     * Lets an organization's devices and tokens in again, each as its own status says.
     *
     * @param reason why, in the operator's words; kept in the audit log
     * @return the organization as it stands; empty if there is none
     */
    public Optional<Organization> enable(OrganizationId id, String reason, Actor actor) {
        return set(id, true, event(id, AuditAction.ORGANIZATION_ENABLED, reason, actor));
    }

    private Optional<Organization> set(OrganizationId id, boolean enabled, AuditEvent event) {
        Optional<Organization> changed;
        try {
            changed = organizations.enable(id, enabled, event);
        } catch (StorageUnavailable nobodyKnows) {
            // It may be durable all the same, so nothing that was read before it may serve.
            version.rise(id);
            throw nobodyKnows;
        }
        if (changed.isPresent()) {
            version.rise(id);
        }
        return changed;
    }

    private static AuditEvent event(
            OrganizationId id, AuditAction action, String reason, Actor actor) {
        return AuditEvent.of(id, actor, action, "organization:" + id, Map.of("reason", reason));
    }
}
