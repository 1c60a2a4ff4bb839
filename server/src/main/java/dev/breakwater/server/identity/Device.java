/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/**
 * One device.
 *
 * @param serial the maker's name for it, unique within the organization
 * @param statusReason why it has this status, in the words of whoever changed it; empty while it
 *     never changed
 * @param confirmedGeneration the highest credential generation that has connected; 0 before the
 *     first connection
 * @param lastConnectedAt when it last connected
 * @param version grows by one with every change; the ETag of the API
 */
public record Device(
        DeviceId id,
        OrganizationId organization,
        ProductId product,
        DeviceSerial serial,
        DeviceStatus status,
        String statusReason,
        int confirmedGeneration,
        Instant createdAt,
        Optional<Instant> lastConnectedAt,
        long version) {}
