/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import dev.breakwater.protocol.DeviceId;

/** What became of a request to command a device. */
public sealed interface CommandCreation {

    /** The command is stored and on its way, now or when the device returns. */
    record Created(DeviceCommand command) implements CommandCreation {}

    /** The organization has no such device. */
    record NoSuchDevice() implements CommandCreation {}

    /** The device is revoked and will never take a command. */
    record DeviceRevoked(DeviceId device) implements CommandCreation {}

    /** As many commands as may wait for the device do; wait for one to end, or cancel one. */
    record QueueFull(int commandsMax) implements CommandCreation {}

    /**
     * The request exceeds a limit.
     *
     * @param why which one, for whoever made the request
     */
    record Refused(String why) implements CommandCreation {}
}
