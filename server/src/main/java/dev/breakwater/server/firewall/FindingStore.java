/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where findings are kept, and what is usual for whom. What changes something is durable when it
 * returns.
 */
public interface FindingStore {

    /** Which findings a listing shows. Absent parts do not restrict. */
    record Filter(
            Optional<FindingState> state, Optional<FindingKind> kind, Optional<DeviceId> device) {}

    /** What became of the wish to decide about a finding. */
    sealed interface Decision {

        /** It is decided. */
        record Decided(Finding finding) implements Decision {}

        /** The organization has no such finding. */
        record NoSuchFinding() implements Decision {}

        /** It was decided before. */
        record DecidedBefore(Finding finding) implements Decision {}
    }

    /** Findings, newest first, before {@code before}. */
    List<Finding> findings(
            OrganizationId organization, Filter filter, Optional<FindingId> before, int countMax);

    /** One finding. */
    Optional<Finding> finding(OrganizationId organization, FindingId id);

    /** Decides about an open finding. */
    Decision decide(
            OrganizationId organization,
            FindingId id,
            FindingState state,
            Instant at,
            AuditEvent event);

    /**
     * Stores what was noticed: an open finding of the same kind and subject is seen once more, and
     * otherwise there is a new one.
     *
     * @param perOrganizationMax beyond, those go that are decided, and then the oldest
     * @return the new ones
     */
    @Unscoped("notes of many organizations share a write, and each names its own")
    List<Finding> add(List<FindingNote> notes, int perOrganizationMax);

    /**
     * Remembers where devices were seen.
     *
     * @param perDeviceMax beyond, the longest unseen go
     * @return those in a network that is new for a device which was seen elsewhere before
     */
    @Unscoped("sightings of many organizations share a write, and each names its own")
    List<Sighting> remember(List<Sighting> sightings, int perDeviceMax);

    /**
     * Remembers which operations callers use.
     *
     * @param establishedBefore a caller first seen before this has an established pattern
     * @return those that are new for a caller whose pattern is established
     */
    @Unscoped("uses of many organizations share a write, and each names its own")
    List<OperationUse> rememberUses(List<OperationUse> uses, Instant establishedBefore);
}
