/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: exponential with full jitter, so that a fleet whose
 * server comes back does not arrive as one wave. Not safe for use by several threads.
 */
final class BackOff {

    /** Why the last attempt failed, which decides how patient to be. */
    enum Reason {
        /** The network or the server was not there: 1 s, doubling to 5 min. */
        CONNECTION_LOST(Duration.ZERO, Duration.ofSeconds(1), Duration.ofMinutes(5)),

        /** The server asked for fewer attempts: from 5 s, 10 s doubling to 10 min. */
        SERVER_BUSY(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMinutes(10)),

        /**
         * The server refused this identity, and only a person can change that: from 30 s, 1 min
         * doubling to 1 h. Never for good: a device that was suspended by mistake comes back by
         * itself.
         */
        NOT_AUTHORIZED(Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofHours(1)),

        /**
         * A receipt could not be handed in, and nothing waits for it but somebody who would like to
         * know: from 5 s, 10 s doubling to 6 h. Never for good: the network that the erasure took
         * away comes back with the next owner, and a server may be away for weeks.
         */
        RECEIPT(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofHours(6));

        private final Duration least;
        private final Duration base;
        private final Duration cap;

        Reason(Duration least, Duration base, Duration cap) {
            this.least = least;
            this.base = base;
            this.cap = cap;
        }
    }

    private final RandomGenerator random;
    private int attempts;

    BackOff(RandomGenerator random) {
        this.random = random;
    }

    /** The wait after one more failure: the least, plus a random part of the doubled base. */
    Duration afterFailure(Reason reason) {
        int doublings = Math.min(attempts, 20);
        attempts++;
        long span = Math.min(reason.cap.toMillis(), reason.base.toMillis() << doublings);
        return reason.least.plusMillis(random.nextLong(span + 1));
    }

    /**
     * The wait that the server asked for, in whole seconds, and a part of a second: those who were
     * told the same second must not come in the same moment.
     */
    Duration asTold(Duration seconds) {
        return seconds.plusMillis(random.nextLong(1_000));
    }

    /** The connection has proved itself: the next failure is the first again. */
    void reset() {
        attempts = 0;
    }
}
