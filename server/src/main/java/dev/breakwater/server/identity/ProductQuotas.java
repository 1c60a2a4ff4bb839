/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.quota.Quota;
import dev.breakwater.server.quota.QuotaProfile;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Changes what a product gives its devices. It counts from each device's next connection on: the
 * registry's version rises for the organization, so that no earlier look-up is used for it. Methods
 * block; they belong on virtual threads.
 */
public final class ProductQuotas {

    private final DeviceStore devices;
    private final RegistryVersion version;

    /** Wires it; {@code version} is shared with the {@link DeviceRegistry}. */
    public ProductQuotas(DeviceStore devices, RegistryVersion version) {
        this.devices = devices;
        this.version = version;
    }

    /**
     * Replaces all quotas of a product.
     *
     * @param expectedVersion only if the product still has this version; empty for whatever version
     */
    public ProductChange change(
            OrganizationId organization,
            ProductId product,
            QuotaProfile quota,
            Optional<Long> expectedVersion,
            Actor actor) {
        Map<String, String> details = new TreeMap<>();
        for (Quota each : Quota.values()) {
            details.put(each.code(), quota.stated(each).map(String::valueOf).orElse("default"));
        }
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.PRODUCT_QUOTA_CHANGED,
                        "product:" + product,
                        details);
        ProductChange outcome =
                devices.changeQuota(organization, product, quota, expectedVersion, event);
        if (outcome instanceof ProductChange.Changed) {
            version.rise(organization);
        }
        return outcome;
    }
}
