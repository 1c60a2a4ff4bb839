/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.tag.DeviceTag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where products and devices are kept. What changes something is durable, with its audit entry,
 * when it returns.
 */
public interface DeviceStore {

    /** Stores a product; empty if the organization has one of that name already. */
    Optional<Product> addProduct(Product product, AuditEvent event);

    /**
     * Replaces what a product states about the use of the channel.
     *
     * @param expectedVersion only if the product still has this version; empty for whatever version
     */
    ProductChange changeQuota(
            OrganizationId organization,
            ProductId id,
            QuotaProfile quota,
            Optional<Long> expectedVersion,
            AuditEvent event);

    /**
     * Gives a product another risk profile.
     *
     * @param expectedVersion only if the product still has this version; empty for whatever version
     */
    ProductChange changeRisk(
            OrganizationId organization,
            ProductId id,
            RiskProfile risk,
            Optional<Long> expectedVersion,
            AuditEvent event);

    /**
     * How many active devices of a product have a certificate that is good now, and none that is
     * and has this much assurance.
     */
    long countExcluded(OrganizationId organization, ProductId id, Assurance lowest);

    /**
     * Devices of a product with a certificate of less assurance than this, in order of their ids,
     * after {@code after}.
     */
    List<DeviceId> below(
            OrganizationId organization,
            ProductId id,
            Assurance lowest,
            Optional<DeviceId> after,
            int countMax);

    /** One product. */
    Optional<Product> product(OrganizationId organization, ProductId id);

    /** Products in order of their ids, after {@code after}. */
    List<Product> products(OrganizationId organization, Optional<ProductId> after, int countMax);

    /** One device. */
    Optional<Device> device(OrganizationId organization, DeviceId id);

    /** One device by the maker's name. */
    Optional<Device> device(OrganizationId organization, DeviceSerial serial);

    /** Devices in order of their ids, after {@code after}. */
    List<Device> devices(
            OrganizationId organization,
            DeviceFilter filter,
            Optional<DeviceId> after,
            int countMax);

    /**
     * Changes a device's status. Revoking also revokes all its certificates and drops its waiting
     * commands, in the same transaction.
     *
     * @param expectedVersion only if the device still has this version; empty for whatever version
     */
    StatusChange changeStatus(
            OrganizationId organization,
            DeviceId id,
            DeviceStatus status,
            String reason,
            Optional<Long> expectedVersion,
            AuditEvent event);

    /** Which devices a listing shows. Absent parts do not restrict. */
    record DeviceFilter(
            Optional<ProductId> product,
            Optional<DeviceStatus> status,
            Optional<DeviceTag> tag,
            Optional<Reachable> reachable) {}

    /** The devices that are a member's, or shared with them, at a moment. */
    record Reachable(MemberId member, Instant at) {}
}
