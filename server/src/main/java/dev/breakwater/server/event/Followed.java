/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Which rollouts and devices somebody follows, and followed until a moment ago: whoever comes back
 * in time has missed nothing. Thread-safe.
 */
final class Followed {

    private final ConcurrentHashMap<Object, Interest> interests = new ConcurrentHashMap<>();
    private final long keptNanos;
    private final int keptMax;
    private final LongSupplier nanos;

    private record Interest(int listeners, long leftAtNanos) {}

    /**
     * Of nobody yet.
     *
     * @param kept how long what nobody follows any more counts as followed
     * @param keptMax how many of these there are at most
     * @param nanos a clock that is never set
     */
    Followed(Duration kept, int keptMax, LongSupplier nanos) {
        this.keptNanos = kept.toNanos();
        this.keptMax = keptMax;
        this.nanos = nanos;
    }

    void join(Object followed) {
        if (interests.size() >= keptMax) {
            interests.values().removeIf(interest -> interest.listeners() == 0);
        }
        interests.merge(
                followed,
                new Interest(1, 0),
                (before, _) -> new Interest(before.listeners() + 1, 0));
    }

    void leave(Object followed) {
        interests.computeIfPresent(
                followed, (_, before) -> new Interest(before.listeners() - 1, nanos.getAsLong()));
    }

    boolean contains(Object followed) {
        Interest interest = interests.get(followed);
        if (interest == null) {
            return false;
        }
        boolean isOver =
                interest.listeners() == 0
                        && nanos.getAsLong() - interest.leftAtNanos() >= keptNanos;
        return !isOver || !interests.remove(followed, interest);
    }
}
