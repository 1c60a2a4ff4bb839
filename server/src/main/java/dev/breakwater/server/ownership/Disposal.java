/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/**
 * A device that its owner gives away.
 *
 * @param from the owner
 * @param promise who takes it over; empty if it becomes anybody's
 */
public record Disposal(
        OrganizationId organization,
        DeviceId device,
        DeviceSerial serial,
        MemberId from,
        Optional<Promise> promise,
        Instant orderedAt) {

    /** Who alone may set the device up, and for how long. */
    public record Promise(MemberId to, Instant until) {}
}
