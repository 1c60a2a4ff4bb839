/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where readings and events are kept. */
public interface TelemetryStore {

    /**
     * Appends without waiting; the completion gets {@code at} once it is durable. The caller hands
     * over readings of one device in the order of their arrival.
     *
     * @param event what kind of event it is; empty for telemetry
     * @param payload not changed afterwards by the caller
     */
    void append(
            OrganizationId organization,
            DeviceId device,
            Instant at,
            Optional<EventType> event,
            PayloadForm form,
            byte[] payload,
            Completion<? super Instant> completion);

    /**
     * The device's readings or events; none if the organization has no such device.
     *
     * @param bytesMax the first reading with which the payloads exceed this many bytes is the last
     */
    List<Reading> find(
            OrganizationId organization, DeviceId device, TelemetryQuery query, int bytesMax);

    /**
     * Deletes some of what is too old or too much, the oldest first.
     *
     * @param before what arrived earlier is too old
     * @param rowsMax more rows than this are too much
     * @param deletedMax at most this many are deleted in one step
     * @return how many were deleted; 0 when nothing is left to delete
     */
    @Unscoped("the disk is shared by all organizations, and so is the limit on it")
    int trim(Instant before, long rowsMax, int deletedMax);
}
