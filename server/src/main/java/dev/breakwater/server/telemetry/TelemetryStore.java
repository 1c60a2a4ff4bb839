/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;

/** Where readings and events are kept. */
public interface TelemetryStore {

    /**
     * Appends without waiting; the completion gets the reading's time once it is durable. The
     * caller hands over readings of one device in the order of their arrival.
     */
    void append(NewReading reading, Completion<? super Instant> completion);

    /**
     * The device's readings or events; none if the organization has no such device.
     *
     * @param bytesMax the first reading with which the payloads exceed this many bytes is the last
     */
    List<Reading> find(
            OrganizationId organization, DeviceId device, TelemetryQuery query, int bytesMax);

    /**
     * Looks up the device's last readings and events that came with a packet identifier, once all
     * that was appended before is durable or refused. Never waits.
     *
     * @param since none that arrived earlier
     * @param countMax at most this many
     * @param completion told on any thread
     */
    void findRecent(
            OrganizationId organization,
            DeviceId device,
            Instant since,
            int countMax,
            Completion<? super RecentReadings> completion);

    /**
     * Deletes some of what is too old or too much, the oldest first. What is stored together goes
     * together, when all of it may go: so at least as many are kept as the limits allow.
     *
     * @param before what arrived earlier is too old
     * @param rowsMax more readings and events than this are too much
     * @param deletedMax at most this many are deleted in one step, unless more are stored together
     * @return how many were deleted; 0 when nothing is left to delete
     */
    @Unscoped("the disk is shared by all organizations, and so is the limit on it")
    int trim(Instant before, long rowsMax, int deletedMax);
}
