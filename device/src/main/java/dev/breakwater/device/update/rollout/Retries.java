/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt to fetch: 5 seconds doubling to 15 minutes with full
 * jitter, so that a fleet that was cut off does not come back as one wave. A server that says when
 * is heeded, and up to a quarter of that is added, for it says the same to all.
 */
final class Retries {

    private static final Duration BASE = Duration.ofSeconds(5);
    private static final Duration CAP = Duration.ofMinutes(15);
    private static final int DOUBLINGS_MAX = 10;

    private final RandomGenerator random;
    private int failures;

    Retries(RandomGenerator random) {
        this.random = random;
    }

    Duration after(IOException failure) {
        return failure instanceof SourceBusy busy ? asTold(busy.after()) : afterFailure();
    }

    Duration asTold(Duration wait) {
        return wait.plusMillis(random.nextLong(wait.toMillis() / 4 + 1));
    }

    Duration afterFailure() {
        long span = Math.min(CAP.toMillis(), BASE.toMillis() << Math.min(failures, DOUBLINGS_MAX));
        failures++;
        return Duration.ofMillis(1 + random.nextLong(span));
    }

    /** Something came: the next failure is the first again. */
    void reset() {
        failures = 0;
    }
}
