/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.server.ServerFailed;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what the load sees come true, with an end to its patience. */
final class Waiting {

    private static final Duration STEP = Duration.ofMillis(10);

    private Waiting() {}

    /**
     * Returns when it is so.
     *
     * @throws ServerFailed with the sentence, when it does not come true in time
     */
    static void until(BooleanSupplier so, Duration atMost, String sentence)
            throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new ServerFailed(sentence);
            }
            Thread.sleep(STEP);
        }
    }
}
