/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.guidance;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.util.Optional;

/**
 * Where guidance is kept. What changes something is durable, with its audit entry, when it returns.
 * Methods block.
 */
public interface GuidanceStore {

    /**
     * Guidance as it is stored.
     *
     * @param version grows by one with every change; 0 where nothing was ever stated
     */
    record Stored(OwnerGuidance guidance, long version) {

        /** Of a product whose maker has stated nothing. */
        public static final Stored NOTHING = new Stored(OwnerGuidance.NOTHING, 0);
    }

    /** What became of the wish to change it. */
    sealed interface Change {

        /** It is as wished. */
        record Changed(Stored now) implements Change {}

        /** The organization has no such product. */
        record NoSuchProduct() implements Change {}

        /** Somebody else changed it first. */
        record VersionMismatch(Stored current) implements Change {}
    }

    /** A product's guidance; empty if the organization has no such product. */
    Optional<Stored> of(OrganizationId organization, ProductId product);

    /** What was stated for the owners of a product; nothing if there is no such product either. */
    @Unscoped("its maker has published it, for whoever has the product in hand")
    Stored published(ProductId product);

    /**
     * Replaces a product's guidance.
     *
     * @param expectedVersion only if it still has this version; empty for whatever version
     */
    Change change(
            OrganizationId organization,
            ProductId product,
            OwnerGuidance guidance,
            Optional<Long> expectedVersion,
            AuditEvent event);
}
