/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where it is kept which devices that were given away have erased themselves. */
public interface ReceiptStore {

    /** The device's order to erase itself, if it has one. */
    @Unscoped("a device without an owner shows whose it was by its receipt's signature alone")
    Optional<Ordered> ordered(DeviceId device);

    /** Keeps the receipt, with its audit entry; one that is kept already stays. */
    void erased(
            OrganizationId organization,
            DeviceId device,
            Instant at,
            String receipt,
            AuditEvent event);

    /** What a member has given away, in order of the devices' ids, after {@code after}. */
    List<GivenAway> givenAway(
            OrganizationId organization, MemberId member, Optional<DeviceId> after, int countMax);

    /**
     * An order to erase.
     *
     * @param setupKey by what the device signs; empty if no maker had entered its label
     */
    record Ordered(
            OrganizationId organization, DeviceSerial serial, Optional<SetupKeyHash> setupKey) {}
}
