/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/** Where organizations' own rules for the scan are kept, to the byte. */
public interface ScanRuleStore {

    /**
     * An organization's own rules.
     *
     * @param version how often they were changed; 0 if never
     * @param file as it was handed in; empty for none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, read once
    record OwnRules(long version, byte[] file) {}

    /** What became of the wish to change them. */
    sealed interface Outcome {

        /** They are as wanted, whether or not they were before. */
        record Changed(OwnRules now) implements Outcome {}

        /** Somebody else was faster. */
        record VersionMismatch(long current) implements Outcome {}
    }

    /** Those of an organization. */
    OwnRules rules(OrganizationId organization);

    /**
     * Replaces them. If they are as wanted already, nothing happens and nothing is recorded.
     *
     * @param file empty for none
     * @param expectedVersion the version they must have; empty for whatever it is
     */
    Outcome replace(
            OrganizationId organization,
            byte[] file,
            Optional<Long> expectedVersion,
            Instant at,
            AuditEvent event);
}
