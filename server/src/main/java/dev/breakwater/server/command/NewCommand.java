/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request to command a device.
 *
 * @param name 1 to 64 characters of {@code a-z 0-9 -}, the first a letter
 * @param arguments copied in and out
 * @param replyTimeout how long after its delivery the device may take to reply
 * @param lifetime how long from now it may be delivered
 */
public record NewCommand(
        String name, ObjectNode arguments, Duration replyTimeout, Duration lifetime) {

    /** Copies the arguments. */
    public NewCommand {
        arguments = arguments.deepCopy();
    }

    @Override
    public ObjectNode arguments() {
        return arguments.deepCopy();
    }
}
