/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system.revocation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same for many, a bounded number at a time. */
final class Crowd {

    private Crowd() {}

    /** What is done for each. */
    interface Step<T, R> {
        R apply(T one) throws Exception;
    }

    /**
     * Takes the step for each, and returns the results in the same order.
     *
     * @throws java.util.concurrent.ExecutionException if it failed for one; the others are done
     */
    static <T, R> List<R> each(List<T> all, int atATime, Step<T, R> step) throws Exception {
        try (ExecutorService workers =
                Executors.newFixedThreadPool(atATime, Thread.ofVirtual().factory())) {
            List<Callable<R>> work = new ArrayList<>();
            for (T one : all) {
                work.add(() -> step.apply(one));
            }
            List<R> results = new ArrayList<>();
            for (Future<R> done : workers.invokeAll(work)) {
                results.add(done.get());
            }
            return results;
        }
    }
}
