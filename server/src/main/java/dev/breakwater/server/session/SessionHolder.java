/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;

/**
 * Who may write to a kept session: one connection of its device.
 *
 * @param epoch as {@link LiveSessions#attach} gave it out; once a later connection holds the
 *     session, whatever this one still writes changes nothing
 */
public record SessionHolder(OrganizationId organization, DeviceId device, long epoch) {}
