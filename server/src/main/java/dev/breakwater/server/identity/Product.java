/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.quota.QuotaProfile;
import java.time.Instant;

/**
 * A kind of device.
 *
 * @param name 1 to 100 characters, unique within the organization
 * @param quota what its devices may use
 * @param version grows by one with every change; the ETag of the API
 */
public record Product(
        ProductId id,
        OrganizationId organization,
        String name,
        Instant createdAt,
        QuotaProfile quota,
        long version) {

    /** A new one, which states no quotas. */
    public static Product named(
            ProductId id, OrganizationId organization, String name, Instant createdAt) {
        return new Product(id, organization, name, createdAt, QuotaProfile.UNSTATED, 1);
    }
}
