/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;

/** What keeps a command from whoever looks into TLS. */
public interface CommandSealing {

    /**
     * The message as the device gets it: sealed, if the device has a key for that, and as it is
     * otherwise. Blocks.
     */
    byte[] forDevice(
            OrganizationId organization, DeviceId device, CommandId command, byte[] message);
}
