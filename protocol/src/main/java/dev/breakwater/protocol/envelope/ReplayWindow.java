/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.util.Arrays;

/**
 * What an opener remembers of one sender so that each envelope opens once: the {@value
 * #NUMBERS_MAX} greatest sequence numbers it has taken, and a floor below which it takes none. So
 * envelopes may arrive in another order than they were sealed in, by that many; what comes later
 * than that is refused, since nobody remembers whether it has come before.
 *
 * <p>One window for one sender and direction, if all of it arrives in about the order in which it
 * was sealed. Who reads kept envelopes topic by topic has one for each topic, and reads the oldest
 * first: an envelope opens on its own topic alone, so none opens twice that way either.
 *
 * <p>An opener that must not forget keeps {@link #highest()} in the transaction in which it keeps
 * the payload, and begins after it the next time: {@code ReplayWindow.startingAfter(highest)}. One
 * that keeps nothing begins with the moment of its start, {@code
 * ReplayWindow.startingAfter(Sequence.at(start))}: then whatever was sealed before is refused and
 * has to be sealed anew. Either way what was under way in the restart has to be. At most half a
 * kilobyte. Safe for use by many threads.
 */
public final class ReplayWindow {

    /** How many sequence numbers are remembered. */
    public static final int NUMBERS_MAX = 64;

    private static final int NUMBERS_AT_FIRST = 4;

    private long floor;
    private long[] taken = new long[NUMBERS_AT_FIRST];
    private int count;

    private ReplayWindow(long floor) {
        this.floor = floor;
    }

    /**
     * Takes what has a greater number.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public static ReplayWindow startingAfter(long floor) {
        if (floor < 0) {
            throw new IllegalArgumentException("a sequence number is not negative: " + floor);
        }
        return new ReplayWindow(floor);
    }

    /** For a sender of whom nothing was ever opened. */
    public static ReplayWindow ofStranger() {
        return startingAfter(0);
    }

    /** The greatest number taken, or the floor if none was. */
    public synchronized long highest() {
        return count == 0 ? floor : taken[count - 1];
    }

    /**
     * Gives a number back whose payload could not be kept, so that its sender may repeat the same
     * envelope. Nothing happens if it is not remembered.
     */
    public synchronized void giveBack(long number) {
        int place = Arrays.binarySearch(taken, 0, count, number);
        if (place >= 0) {
            System.arraycopy(taken, place + 1, taken, place, count - place - 1);
            count--;
        }
    }

    synchronized Place take(long number) {
        if (number <= floor) {
            return Place.BELOW_FLOOR;
        }
        int place = Arrays.binarySearch(taken, 0, count, number);
        if (place >= 0) {
            return Place.TAKEN_BEFORE;
        }
        insert(-place - 1, number);
        return Place.TAKEN;
    }

    enum Place {
        TAKEN,
        TAKEN_BEFORE,
        BELOW_FLOOR
    }

    /** The least number makes room for another, and is the floor from then on. */
    private void insert(int place, long number) {
        if (count < NUMBERS_MAX) {
            if (count == taken.length) {
                taken = Arrays.copyOf(taken, count * 2);
            }
            System.arraycopy(taken, place, taken, place + 1, count - place);
            taken[place] = number;
            count++;
        } else if (place == 0) {
            floor = number;
        } else {
            floor = taken[0];
            System.arraycopy(taken, 1, taken, 0, place - 1);
            taken[place - 1] = number;
        }
    }
}
