/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.List;

/**
 * Where ownership is kept. What changes something is durable, with its audit entry, when it
 * returns.
 */
public interface OwnerStore {

    /** How a member stands to a device at a moment. */
    Access access(OrganizationId organization, MemberId member, DeviceId device, Instant at);

    /** A device's owners, the first one first; empty too where there is no such device. */
    List<DeviceOwner> owners(OrganizationId organization, DeviceId device, int countMax);

    /** Enters an owner; entering one again changes nothing. */
    Entry enter(OrganizationId organization, DeviceOwner owner, int ownersMax, AuditEvent event);

    /**
     * Takes a device from an owner, and what they shared of it from whom they shared it with; false
     * if it was not theirs.
     */
    boolean remove(OrganizationId organization, DeviceOwner owner, AuditEvent event);

    /** What became of an entry. */
    sealed interface Entry {

        /** It stands, since then. */
        record Entered(DeviceOwner owner) implements Entry {}

        /** The organization has no such device or no such member. */
        record NoSuch() implements Entry {}

        /** The device has as many owners as may be. */
        record TooMany(int ownersMax) implements Entry {}
    }
}
