/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** The kill switches of organizations: one for everything that goes on. All of it blocks. */
public final class UpdateStops {

    private final RolloutStore store;
    private final UpdatePolicyStore switches;
    private final Rollouts.Followers followers;
    private final Clock clock;

    UpdateStops(
            RolloutStore store,
            UpdatePolicyStore switches,
            Rollouts.Followers followers,
            Clock clock) {
        this.store = store;
        this.switches = switches;
        this.followers = followers;
        this.clock = clock;
    }

    /** Throws the organization's kill switch: nothing is offered any more, whatever goes on. */
    public UpdateStop stopAll(OrganizationId organization, String reason, Actor actor) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        UpdateStop stop =
                switches.throwStop(
                        new UpdateStop(organization, reason, actor.toString(), now),
                        AuditEvent.of(
                                organization,
                                actor,
                                AuditAction.UPDATES_STOPPED,
                                "organization:" + organization,
                                Map.of("reason", reason)));
        for (RolloutEntry entry : ToldDevices.rollouts(store, organization, Optional.empty())) {
            followers.tell(entry, ToldDevices.of(store, organization, entry.id()));
        }
        return stop;
    }

    /** The kill switch, if it is thrown. */
    public Optional<UpdateStop> stop(OrganizationId organization) {
        return switches.stop(organization);
    }

    /** Lifts it; false if it was not thrown. */
    public boolean allowAll(OrganizationId organization, Actor actor) {
        boolean lifted =
                switches.liftStop(
                        organization,
                        AuditEvent.of(
                                organization,
                                actor,
                                AuditAction.UPDATES_ALLOWED,
                                "organization:" + organization,
                                Map.of()));
        if (lifted) {
            for (RolloutEntry entry : ToldDevices.rollouts(store, organization, Optional.empty())) {
                followers.goesOn(entry);
                followers.tell(entry, ToldDevices.of(store, organization, entry.id()));
            }
        }
        return lifted;
    }
}
