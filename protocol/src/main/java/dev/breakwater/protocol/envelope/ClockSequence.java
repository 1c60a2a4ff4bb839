/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.time.InstantSource;

/**
 * A sequence that remembers nothing beyond its own life, for a sender whose clock is never behind
 * where it was before a restart: a server, or a device that gets the time before it connects. After
 * a restart with the clock set back, envelopes are refused until it has caught up.
 */
public final class ClockSequence implements Sequence {

    private final InstantSource clock;
    private long last;

    /** Begins at the clock's present moment. */
    public ClockSequence(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized long next() {
        last = Math.max(last + 1, Sequence.at(clock.instant()));
        return last;
    }
}
