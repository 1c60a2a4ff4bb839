/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.protocol.message.Notice;
import java.time.Duration;

/**
 * Is told what happens to the agent. {@link #stateChanged} is called on the agent's own thread, in
 * order, and must return at once; {@link #noticed} is called on the thread of the command handlers.
 */
@FunctionalInterface
public interface AgentListener {

    /** The agent has come into this state. */
    void stateChanged(AgentState state);

    /**
     * The machine's clock is ahead of the time that the server has proved, and is not believed: it
     * should be set. Called on the agent's own thread, once until it has been right again, when the
     * agent has connected; the server is told as well, by the event {@code clock-ahead}.
     */
    default void clockAhead(Duration by) {}

    /** The server sent a notice: a quota nearly used up, why it is about to disconnect. */
    default void noticed(Notice notice) {}
}
