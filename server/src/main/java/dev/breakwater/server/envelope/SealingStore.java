/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.risk.RiskProfile;
import java.util.List;
import java.util.Optional;

/** Where policies are kept, and how far each device's envelopes have come. Methods block. */
public interface SealingStore {

    /**
     * A product's policy as it is stored.
     *
     * @param policy as it was stated
     * @param risk what makes it stricter
     * @param version grows by one with every change; 0 where nothing was stated
     */
    record Stored(SealingPolicy policy, RiskProfile risk, long version) {

        /** What counts. */
        public SealingPolicy inForce() {
            return policy.raisedBy(risk);
        }
    }

    /** A product's policy, for all products together. */
    record OfProduct(ProductId product, Stored stored) {}

    /** What became of a wish to change a policy. */
    sealed interface Change {

        /** It is as wished. */
        record Changed(Stored now) implements Change {}

        /** The organization has no such product. */
        record NoSuchProduct() implements Change {}

        /** Somebody else changed it first. */
        record VersionMismatch(Stored current) implements Change {}
    }

    /** A product's policy; empty if the organization has no such product. */
    Optional<Stored> policy(OrganizationId organization, ProductId product);

    /** The policies of all products behind this one, in the order of their ids. */
    @Unscoped("they are all put in force when the server starts")
    List<OfProduct> policies(Optional<ProductId> after, int countMax);

    /**
     * Replaces a product's policy.
     *
     * @param expectedVersion only if it still has this version; empty for whatever version
     */
    Change change(
            OrganizationId organization,
            ProductId product,
            SealingPolicy policy,
            Optional<Long> expectedVersion,
            AuditEvent event);

    /** The highest number that was stored with what the device had sealed; 0 if nothing was. */
    long highest(OrganizationId organization, DeviceId device);
}
