/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the changes that may take somebody's right to be connected: how a revocation cannot slip
 * between the look-up of a device and the beginning of its session, nor hide behind a look-up that
 * is remembered. There is one per server, shared by the registry, which compares it, and by all who
 * change the registry. Thread-safe; no method blocks.
 *
 * <p>Whoever changes the registry keeps to this order: the change is durable, then the version
 * rises for the device or organization that was changed, then live sessions are closed. Whoever
 * connects keeps to this one: the version is read, the credential is looked up, the session is
 * attached to the live sessions, then it is asked whether the version has risen for this device
 * since ({@link DeviceRegistry#confirm}). Wherever the steps of the two meet, the device is out:
 *
 * <ul>
 *   <li>durable before the look-up: the look-up refuses;
 *   <li>durable after the look-up, risen before the question: the answer is yes, the credential is
 *       looked up again, and this look-up refuses;
 *   <li>risen after the question: the session was attached before that, so it is found among the
 *       live ones and closed.
 * </ul>
 *
 * <p>Look-ups are remembered, each with the version that was read before it ({@link
 * RecentReadings}), and such a reading serves only while the version has not risen for its device
 * since. A device that comes in by one may be out in the store already, but only while the one who
 * changed it has not risen the version yet, and then the second or third case follows as before: an
 * old reading is an early look-up, nothing else. When a change has returned, nothing that was read
 * before it serves any more.
 *
 * <p>Devices share slots, so that a rise also makes a few others be looked up again, which is
 * harmless; a fleet that connects with new certificates does not make everybody be looked up again
 * each time. The count lives in memory, starts at zero and means nothing to another process: a
 * restart ends every session, every admission in flight and every reading with it.
 */
public final class RegistryVersion {

    private static final int DEVICE_SLOTS = 1 << 16;
    private static final int ORGANIZATION_SLOTS = 1 << 10;

    private final AtomicLong changes = new AtomicLong();
    private final AtomicLongArray ofDevices = new AtomicLongArray(DEVICE_SLOTS);
    private final AtomicLongArray ofOrganizations = new AtomicLongArray(ORGANIZATION_SLOTS);

    /** How many changes there have been. */
    long current() {
        return changes.get();
    }

    /** Called after a change of the device is durable and before its session is closed. */
    void rise(DeviceId device) {
        rise(ofDevices, slot(device, DEVICE_SLOTS));
    }

    /** Called after a change of the organization is durable and before sessions are closed. */
    void rise(OrganizationId organization) {
        rise(ofOrganizations, slot(organization, ORGANIZATION_SLOTS));
    }

    /**
     * Counts first and marks then: a look-up that reads the count in between begins after the
     * change was durable, so it needs no mark.
     */
    private void rise(AtomicLongArray latest, int slot) {
        latest.accumulateAndGet(slot, changes.incrementAndGet(), Math::max);
    }

    /** Whether the version has not risen for this device or its organization since. */
    boolean stands(long since, DeviceId device, OrganizationId organization) {
        return ofDevices.get(slot(device, DEVICE_SLOTS)) <= since
                && ofOrganizations.get(slot(organization, ORGANIZATION_SLOTS)) <= since;
    }

    private static int slot(Object id, int slots) {
        int hash = id.hashCode();
        return (hash ^ (hash >>> 16)) & (slots - 1);
    }
}
