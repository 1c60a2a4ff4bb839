/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ticket;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * What a ticket says.
 *
 * @param member whose the device will be
 * @param key the set-up key that the device has to prove it holds
 * @param grantedAt in whole seconds, as JWT has times
 * @param expiresAt from this moment on it is good for nothing
 */
public record SetupTicket(
        TicketId id,
        OrganizationId organization,
        MemberId member,
        DeviceSerial serial,
        SetupKeyHash key,
        Instant grantedAt,
        Instant expiresAt) {}
