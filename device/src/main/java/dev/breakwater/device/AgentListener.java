/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.protocol.message.Notice;

/**
 * Is told what happens to the agent. {@link #stateChanged} is called on the agent's own thread, in
 * order, and must return at once; {@link #noticed} is called on the thread of the command handlers.
 */
@FunctionalInterface
public interface AgentListener {

    /** The agent has come into this state. */
    void stateChanged(AgentState state);

    /** The server sent a notice: a quota nearly used up, why it is about to disconnect. */
    default void noticed(Notice notice) {}
}
