/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.firewall.Finding;
import dev.breakwater.server.firewall.FindingId;
import dev.breakwater.server.firewall.FindingNote;
import dev.breakwater.server.firewall.FindingState;
import dev.breakwater.server.firewall.FindingStore;
import dev.breakwater.server.firewall.OperationUse;
import dev.breakwater.server.firewall.Sighting;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tells of findings that are new, and of those that somebody has decided about. */
public final class AnnouncingFindingStore implements FindingStore {

    private final FindingStore store;
    private final EventFeed events;

    /** Stands before a store. */
    public AnnouncingFindingStore(FindingStore store, EventFeed events) {
        this.store = store;
        this.events = events;
    }

    @Override
    public List<Finding> findings(
            OrganizationId organization, Filter filter, Optional<FindingId> before, int countMax) {
        return store.findings(organization, filter, before, countMax);
    }

    @Override
    public Optional<Finding> finding(OrganizationId organization, FindingId id) {
        return store.finding(organization, id);
    }

    @Override
    public Decision decide(
            OrganizationId organization,
            FindingId id,
            FindingState state,
            Instant at,
            AuditEvent event) {
        Decision decision = store.decide(organization, id, state, at, event);
        if (decision instanceof Decision.Decided(Finding finding)) {
            announce(finding);
        }
        return decision;
    }

    @Override
    @Unscoped("notes of many organizations share a write, and each names its own")
    public List<Finding> add(List<FindingNote> notes, int perOrganizationMax) {
        List<Finding> added = store.add(notes, perOrganizationMax);
        added.forEach(this::announce);
        return added;
    }

    @Override
    @Unscoped("sightings of many organizations share a write, and each names its own")
    public List<Sighting> remember(List<Sighting> sightings, int perDeviceMax) {
        return store.remember(sightings, perDeviceMax);
    }

    @Override
    @Unscoped("uses of many organizations share a write, and each names its own")
    public List<OperationUse> rememberUses(List<OperationUse> uses, Instant establishedBefore) {
        return store.rememberUses(uses, establishedBefore);
    }

    private void announce(Finding finding) {
        events.publish(
                finding.organization(),
                new DeviceEvent.Found(
                        finding.device(),
                        finding.id().toString(),
                        finding.kind().code(),
                        finding.state().code()));
    }
}
