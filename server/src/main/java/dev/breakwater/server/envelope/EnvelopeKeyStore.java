/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where envelope keys are kept. Methods block. */
public interface EnvelopeKeyStore {

    /**
     * A key as it is kept.
     *
     * @param sealedPrivateKey the private half, sealed; empty for what the organization holds
     */
    record Kept(EnvelopeKey key, Optional<byte[]> sealedPrivateKey) {}

    /** What became of a key that was to be added. */
    enum Addition {
        /** It is kept. */
        ADDED,
        /** The organization has it, or one with the same short id. */
        KNOWN,
        /** The organization has as many as it may. */
        TOO_MANY
    }

    /** All keys of an organization, the oldest first. */
    List<Kept> keys(OrganizationId organization);

    /** All organizations' keys behind this one, in the order of their ids. */
    @Unscoped("they are all held in memory from the start on, because event loops ask for them")
    List<Kept> keys(Optional<EnvelopeKeyId> after, int countMax);

    /**
     * Adds a key. Where the server holds it, those that it held for the organization until now open
     * until the given instant.
     */
    Addition add(
            OrganizationId organization,
            Kept fresh,
            Instant othersOpenUntil,
            int keysMax,
            AuditEvent event);

    /** Takes a key off; whether there was one. */
    boolean remove(OrganizationId organization, EnvelopeKeyId key, AuditEvent event);
}
