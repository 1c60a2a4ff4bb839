/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.util.List;
import java.util.Optional;

/**
 * Where rules are kept. What changes something is durable, with its audit entry, when it returns.
 */
public interface FirewallStore {

    /**
     * Rules as they are stored.
     *
     * @param version grows by one with every change; 0 where nothing was ever stored
     */
    record Stored<R>(R rules, long version) {}

    /** The rules of one product. */
    record OfProduct(ProductId product, ProductRules rules) {}

    /** The rules of one organization. */
    record OfOrganization(OrganizationId organization, OrganizationRules rules) {}

    /** What became of the wish to change rules. */
    sealed interface Change<R> {

        /** They are as wished. */
        record Changed<R>(Stored<R> now) implements Change<R> {}

        /** The organization has no such product. */
        record NoSuchProduct<R>() implements Change<R> {}

        /** Somebody else changed them first. */
        record VersionMismatch<R>(Stored<R> now) implements Change<R> {}

        /** The organization has rules for as many products as it may. */
        record TooMany<R>(int max) implements Change<R> {}
    }

    /** A product's rules; empty if the organization has no such product. */
    Optional<Stored<ProductRules>> rules(OrganizationId organization, ProductId product);

    /** An organization's own rules. */
    Stored<OrganizationRules> rules(OrganizationId organization);

    /**
     * Replaces a product's rules.
     *
     * @param expectedVersion only if they still have this version; empty for whatever version
     * @param productsMax how many products of the organization may have rules
     */
    Change<ProductRules> change(
            OrganizationId organization,
            ProductId product,
            ProductRules rules,
            Optional<Long> expectedVersion,
            int productsMax,
            AuditEvent event);

    /** Replaces an organization's own rules. */
    Change<OrganizationRules> change(
            OrganizationId organization,
            OrganizationRules rules,
            Optional<Long> expectedVersion,
            AuditEvent event);

    /** The rules of all products, after {@code after} in the order of their ids. */
    @Unscoped("they are all put in force when the server starts")
    List<OfProduct> ofProducts(Optional<ProductId> after, int countMax);

    /** The rules of all organizations, after {@code after} in the order of their ids. */
    @Unscoped("they are all put in force when the server starts")
    List<OfOrganization> ofOrganizations(Optional<OrganizationId> after, int countMax);
}
