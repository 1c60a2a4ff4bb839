/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import tools.jackson.databind.node.ObjectNode;

/**
 * Carries out one kind of command. All handlers of an agent are called one after the other on one
 * thread: a handler that blocks holds up the next command, and needs no locks against others.
 */
@FunctionalInterface
public interface CommandHandler {

    /**
     * Carries the command out.
     *
     * @param arguments as the server sent them, well-formed JSON and otherwise unchecked; the
     *     handler's own copy
     * @return the result, at most 64 KiB of JSON, empty if there is nothing to tell
     * @throws CommandFailed to answer that the command failed, and why. Any other exception is
     *     logged and answered without its text.
     */
    ObjectNode handle(ObjectNode arguments) throws CommandFailed, InterruptedException;
}
