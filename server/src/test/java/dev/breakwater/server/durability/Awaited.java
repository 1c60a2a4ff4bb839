/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.durability;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A completion that a test waits for. */
public final class Awaited<T> implements Completion<T> {

    private final CompletableFuture<T> outcome = new CompletableFuture<>();

    @Override
    public void durable(T value) {
        outcome.complete(value);
    }

    @Override
    public void failed(RuntimeException cause) {
        outcome.completeExceptionally(cause);
    }

    /** What was stored, or throws what was refused. */
    public T value() {
        try {
            return outcome.orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }
}
