/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import java.util.List;
import java.util.Optional;

/**
 * A device store in front of a real one, that lets something happen when a change of status is
 * durable and nobody knows yet: how a test plays a race without threads.
 */
final class HookedDevices implements DeviceStore {

    private final DeviceStore real;
    private final Runnable afterChange;

    HookedDevices(DeviceStore real, Runnable afterChange) {
        this.real = real;
        this.afterChange = afterChange;
    }

    @Override
    public StatusChange changeStatus(
            OrganizationId organization,
            DeviceId id,
            DeviceStatus status,
            String reason,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        StatusChange outcome =
                real.changeStatus(organization, id, status, reason, expectedVersion, event);
        afterChange.run();
        return outcome;
    }

    @Override
    public Optional<Product> addProduct(Product product, AuditEvent event) {
        return real.addProduct(product, event);
    }

    @Override
    public ProductChange changeQuota(
            OrganizationId organization,
            ProductId id,
            QuotaProfile quota,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return real.changeQuota(organization, id, quota, expectedVersion, event);
    }

    @Override
    public ProductChange changeRisk(
            OrganizationId organization,
            ProductId id,
            RiskProfile risk,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return real.changeRisk(organization, id, risk, expectedVersion, event);
    }

    @Override
    public long countExcluded(OrganizationId organization, ProductId id, Assurance lowest) {
        return real.countExcluded(organization, id, lowest);
    }

    @Override
    public List<DeviceId> below(
            OrganizationId organization,
            ProductId id,
            Assurance lowest,
            Optional<DeviceId> after,
            int countMax) {
        return real.below(organization, id, lowest, after, countMax);
    }

    @Override
    public Optional<Product> product(OrganizationId organization, ProductId id) {
        return real.product(organization, id);
    }

    @Override
    public List<Product> products(
            OrganizationId organization, Optional<ProductId> after, int countMax) {
        return real.products(organization, after, countMax);
    }

    @Override
    public Optional<Device> device(OrganizationId organization, DeviceId id) {
        return real.device(organization, id);
    }

    @Override
    public Optional<Device> device(OrganizationId organization, DeviceSerial serial) {
        return real.device(organization, serial);
    }

    @Override
    public List<Device> devices(
            OrganizationId organization,
            DeviceFilter filter,
            Optional<DeviceId> after,
            int countMax) {
        return real.devices(organization, filter, after, countMax);
    }
}
