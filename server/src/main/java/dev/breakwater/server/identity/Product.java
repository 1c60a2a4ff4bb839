/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.risk.RiskProfile;
import java.time.Instant;

/**
 * A kind of device.
 *
 * @param name 1 to 100 characters, unique within the organization
 * @param quota what its devices may use
 * @param risk what a breach of its devices would cost, and so what is asked of them
 * @param version grows by one with every change; the ETag of the API
 */
public record Product(
        ProductId id,
        OrganizationId organization,
        String name,
        Instant createdAt,
        QuotaProfile quota,
        RiskProfile risk,
        long version) {

    /** A new one of the standard profile, which states no quotas. */
    public static Product named(
            ProductId id, OrganizationId organization, String name, Instant createdAt) {
        return new Product(
                id, organization, name, createdAt, QuotaProfile.UNSTATED, RiskProfile.STANDARD, 1);
    }

    /** The same, of another profile. */
    public Product of(RiskProfile other) {
        return new Product(id, organization, name, createdAt, quota, other, version);
    }
}
