/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a device's owner decides of the release that a rollout offers it. Whoever calls has found
 * that the caller owns the device. All of it blocks, and an answer is on disk, together with its
 * audit entry, before it is given.
 */
public interface OwnersDecisions {

    /**
     * The update that a device is asked about or has in work, or else the last one it took part in;
     * empty if there was none since it came to its owner. A rollout that was not begun for it yet
     * is not shown.
     */
    Optional<OwnersUpdate> of(OrganizationId organization, DeviceId device);

    /**
     * The device is to install it: offered again at once if it is connected, otherwise when it
     * comes back. What was postponed or refused may be approved later. Approving it again changes
     * nothing and leaves no second audit entry.
     */
    Answer approve(
            OrganizationId organization, DeviceId device, RolloutId rollout, AuditEvent event);

    /** The device is to ask again at that time. Postponing it again sets another time. */
    Answer postpone(
            OrganizationId organization,
            DeviceId device,
            RolloutId rollout,
            Instant until,
            AuditEvent event);

    /** The device is not to install it. */
    Answer refuse(
            OrganizationId organization, DeviceId device, RolloutId rollout, AuditEvent event);

    /** What became of an answer. */
    sealed interface Answer {

        /** It stands. */
        record Taken(OwnersUpdate update) implements Answer {}

        /** The rollout does not offer the device anything, or not any more. */
        record NoSuch() implements Answer {}

        /** This product's updates are not the owner's to decide. */
        record NotTheirs() implements Answer {}

        /** It comes too late: the device is past asking. */
        record NotNow(UpdateState state) implements Answer {}

        /**
         * It may not be put off for so long.
         *
         * @param latest that may be asked for; not after now if it may not be put off any more
         * @param securityRelevant whether that is the shorter limit of a release that mends a hole
         */
        record NotSoLate(Instant latest, boolean securityRelevant) implements Answer {}
    }
}
