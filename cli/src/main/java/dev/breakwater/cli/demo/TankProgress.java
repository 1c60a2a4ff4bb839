/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.device.AgentListener;
import dev.breakwater.device.AgentState;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Remembers where the fish tank's agent stands, and lets the story wait until it has come to a
 * state.
 */
final class TankProgress implements AgentListener {

    private Optional<AgentState> last = Optional.empty();

    @Override
    public synchronized void stateChanged(AgentState state) {
        last = Optional.of(state);
        notifyAll();
    }

    /** Waits until the agent is in such a state, and returns it. */
    synchronized AgentState await(Predicate<AgentState> wanted, String name, Duration atMost)
            throws InterruptedException, Story.Unexpected {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (last.filter(wanted).isEmpty()) {
            long millisLeft = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (millisLeft <= 0) {
                throw new Story.Unexpected(
                        "the fish tank is not "
                                + name
                                + " after "
                                + atMost.toSeconds()
                                + " s, but "
                                + last);
            }
            wait(millisLeft);
        }
        return last.orElseThrow();
    }
}
