/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.durability;

import dev.breakwater.server.limits.QueueDelay;
import dev.breakwater.server.limits.Turns;
import java.util.function.Supplier;

/**
 * The part of the store's readers that one audience may use at the same time. What is done {@link
 * #within} it reads in the lane; everything else, such as the admission of devices and the look at
 * the store's health, reads as it likes. So whatever one audience asks for, a reader is left for
 * the others, and its readings wait among themselves.
 *
 * <p>It lies on the thread (as a scoped value), for between a request and the store stands all that
 * the server can do, and none of it cares. Work that a request hands to another thread is outside.
 */
public final class ReadingLane {

    private static final ScopedValue<Reader> CURRENT = ScopedValue.newInstance();

    private final Turns turns;
    private final QueueDelay delay;

    /**
     * An empty lane.
     *
     * @param readingsMax readings at the same time; at least 1
     * @param delay told how long each reading waits for its turn
     */
    public ReadingLane(int readingsMax, QueueDelay delay) {
        this.turns = new Turns(readingsMax);
        this.delay = delay;
    }

    /** Whether readings have been waiting too long. */
    public boolean tooLong() {
        return delay.tooLong();
    }

    /**
     * Does something whose readings are to be in this lane.
     *
     * @param debt what whoever it is done for owes, which others who owe less are read before
     */
    public <R, X extends Throwable> R within(long debt, ScopedValue.CallableOp<? extends R, X> work)
            throws X {
        return ScopedValue.where(CURRENT, new Reader(this, debt)).<R, X>call(work);
    }

    private record Reader(ReadingLane lane, long debt) {}

    /** For the store: reads in the lane of this thread, or at once if it is in none. Blocks. */
    public static <T> T read(Supplier<T> reading) {
        if (!CURRENT.isBound()) {
            return reading.get();
        }
        Reader reader = CURRENT.get();
        return reader.lane.inTurn(reader.debt, reading);
    }

    private <T> T inTurn(long debt, Supplier<T> reading) {
        long since = delay.now();
        Turns.Turn turn = turns.take(debt);
        try {
            delay.waitedSince(since);
            return reading.get();
        } finally {
            turn.close();
        }
    }
}
