/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.wire;

import java.time.Duration;

/**
 * What a {@link FaultProxy} does to one connection. Bytes are counted from the first of the
 * connection, each way by itself; the other way goes on as it is unless the fault ends both.
 */
public sealed interface Fault {

    /** Nothing: every byte passes as it came. */
    record None() implements Fault {}

    /** The connection is reset before the server hears of it. */
    record Refused() implements Fault {}

    /**
     * After so many bytes one way the connection is reset, as by a NAT box or a power cut.
     *
     * @param bytes 0 or more
     */
    record CutAfter(Way way, long bytes) implements Fault {

        /** Refuses negative counts. */
        public CutAfter {
            requireCount(bytes);
        }
    }

    /**
     * After so many bytes one way that way ends in order, as if its sender had finished; what comes
     * later is dropped.
     *
     * @param bytes 0 or more
     */
    record EndedAfter(Way way, long bytes) implements Fault {

        /** Refuses negative counts. */
        public EndedAfter {
            requireCount(bytes);
        }
    }

    /**
     * After so many bytes one way nothing more passes, and nobody is told: a cable that was pulled.
     *
     * @param bytes 0 or more
     */
    record StalledAfter(Way way, long bytes) implements Fault {

        /** Refuses negative counts. */
        public StalledAfter {
            requireCount(bytes);
        }
    }

    /**
     * One way the proxy rests before whatever passes.
     *
     * @param each how long, before at most so many bytes
     * @param bytesMax 1 for bytes that trickle; large for a mere delay
     */
    record Slowed(Way way, Duration each, int bytesMax) implements Fault {

        /** Refuses what would not move. */
        public Slowed {
            if (bytesMax < 1 || each.isNegative()) {
                throw new IllegalArgumentException(
                        "1 byte or more passes after a rest that is not negative");
            }
        }
    }

    /**
     * One byte one way is changed.
     *
     * @param at which, counted from 0
     * @param mask the bits that are turned, 1 to 255
     */
    record Corrupted(Way way, long at, int mask) implements Fault {

        /** Refuses masks that change nothing. */
        public Corrupted {
            requireCount(at);
            if (mask < 1 || mask > 255) {
                throw new IllegalArgumentException("a mask turns bits of one byte, not " + mask);
            }
        }
    }

    private static void requireCount(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes are counted from 0, not " + bytes);
        }
    }
}
