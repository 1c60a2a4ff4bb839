/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.guidance;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.Map;
import java.util.Optional;

/** What makers tell the owners of their products. Blocks. */
public final class ProductGuidance {

    private final GuidanceStore store;

    /** Over what is stored. */
    public ProductGuidance(GuidanceStore store) {
        this.store = store;
    }

    /** A product's guidance; empty if the organization has no such product. */
    public Optional<GuidanceStore.Stored> of(OrganizationId organization, ProductId product) {
        return store.of(organization, product);
    }

    /** What anybody may read. It is the same where there is no such product. */
    public GuidanceStore.Stored published(ProductId product) {
        return store.published(product);
    }

    /**
     * Replaces all of a product's guidance: what it does not state is not stated any more.
     *
     * @param expectedVersion only if it still has this version; empty for whatever version
     */
    public GuidanceStore.Change change(
            OrganizationId organization,
            ProductId product,
            OwnerGuidance guidance,
            Optional<Long> expectedVersion,
            Actor actor) {
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.PRODUCT_GUIDANCE_CHANGED,
                        "product:" + product,
                        Map.of(
                                "stated",
                                String.join(" ", GuidanceText.of(guidance).propertyNames()),
                                "supported-until",
                                guidance.supportedUntil()
                                        .map(Object::toString)
                                        .orElse("not stated")));
        return store.change(organization, product, guidance, expectedVersion, event);
    }
}
