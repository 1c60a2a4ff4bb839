/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import dev.breakwater.protocol.setup.exchange.ServerPlace;

/** How set-up ended. */
public sealed interface SetupOutcome {

    /**
     * The device is its owner's, and in the owner's network.
     *
     * @param server where it is to connect
     */
    record Done(ServerPlace server) implements SetupOutcome {}

    /** Nobody set it up within the time. */
    record TimeUp() implements SetupOutcome {}

    /** Somebody tried what was wrong too often. */
    record TriesSpent() implements SetupOutcome {}
}
