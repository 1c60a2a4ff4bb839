/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.ReleaseId;
import java.time.Instant;

/**
 * A rollout with what is known of it beside where it stands.
 *
 * @param proposedBy as the audit log names them
 * @param revision grows with every change; the ETag of the API
 */
public record RolloutEntry(
        Rollout rollout, Installed release, String proposedBy, Instant proposedAt, long revision) {

    /**
     * What it installs, in the words of the release keys.
     *
     * @param counter only a device whose counter is lower is given it
     * @param security whether it mends a hole
     */
    public record Installed(ReleaseId id, String version, long counter, boolean security) {}

    /** Whose it is. */
    public OrganizationId organization() {
        return rollout.organization();
    }

    /** Its id. */
    public RolloutId id() {
        return rollout.id();
    }

    /** The same where the rollout stands elsewhere. */
    public RolloutEntry at(Rollout after) {
        return new RolloutEntry(after, release, proposedBy, proposedAt, revision);
    }
}
