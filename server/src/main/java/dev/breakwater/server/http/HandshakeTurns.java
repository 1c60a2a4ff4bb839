/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.limits.TokenRate;
import dev.breakwater.server.limits.Turns;
import java.util.function.LongSupplier;

/**
 * Lets handshakes compute in turn, a few at a time. A handshake is the dearest thing that a
 * stranger can ask for: a first flight costs its sender nothing and the server a signature. So they
 * never take all processors, and whose turn is next is decided by what their sources have done
 * lately: one that begins handshakes and does not end them, or begins them by the hundred, waits
 * behind one that begins its first; and whoever is to end one comes before all that begin.
 *
 * <p>Those who wait are virtual threads, no more than there are connections. Whoever is gone when
 * the turn comes costs nothing, for there is nothing to read any more.
 */
final class HandshakeTurns {

    /** What a handshake costs its source, and what of it is returned when it is done. */
    private static final int BEGUN = 10;

    private static final int DONE = 9;

    /** Before everybody who begins. */
    private static final long TO_GO_ON = -1;

    private final SourceDebts debts;
    private final Turns turns;

    /**
     * Nobody computes yet.
     *
     * @param atOnce turns that are taken at the same time; at least 1
     * @param perSecond handshakes of one source that may be done without standing behind others
     * @param nanos a clock that is never set
     */
    HandshakeTurns(int atOnce, int perSecond, LongSupplier nanos) {
        this.turns = new Turns(atOnce);
        this.debts = new SourceDebts(new TokenRate(perSecond, 1), nanos);
    }

    /** Waits for the turn to begin a handshake. Blocks. */
    Turns.Turn toBegin(SourceNetwork source) {
        return turns.take(debts.askedBy(source, BEGUN));
    }

    /** Waits for the turn to go on with one that has begun. Blocks. */
    Turns.Turn toGoOn() {
        return turns.take(TO_GO_ON);
    }

    /** A handshake of this source is done. */
    void done(SourceNetwork source) {
        debts.returned(source, DONE);
    }
}
