/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import dev.breakwater.protocol.CommandId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/** Those who wait for the end of a command, a bounded number of them. */
final class CommandWaiters {

    private final ConcurrentHashMap<CommandId, Waiting> waiting = new ConcurrentHashMap<>();
    private final Semaphore places;
    private final Executor executor;

    /** {@code executor} runs what waits: the committing thread, which announces ends, must not. */
    CommandWaiters(int waitersMax, Executor executor) {
        this.places = new Semaphore(waitersMax);
        this.executor = executor;
    }

    /** Begins to wait, until {@link #leave}; empty if as many as may wait do. */
    Optional<CompletableFuture<DeviceCommand>> join(CommandId id) {
        if (!places.tryAcquire()) {
            return Optional.empty();
        }
        Waiting joined =
                waiting.compute(
                        id,
                        (_, before) ->
                                before == null
                                        ? new Waiting(new CompletableFuture<>(), 1)
                                        : before.plus(1));
        return Optional.of(joined.end());
    }

    /** Waits no more. To be called once after each successful {@link #join}. */
    void leave(CommandId id) {
        waiting.computeIfPresent(id, (_, all) -> all.count() == 1 ? null : all.plus(-1));
        places.release();
    }

    /** Tells everybody who waits for this command. Never blocks. */
    void ended(DeviceCommand command) {
        Waiting all = waiting.get(command.id());
        if (all != null) {
            all.end().completeAsync(() -> command, executor);
        }
    }

    /** The commands that somebody waits for. */
    Set<CommandId> awaited() {
        return Set.copyOf(waiting.keySet());
    }

    /** How many wait for one command, and what they wait on. */
    private record Waiting(CompletableFuture<DeviceCommand> end, int count) {

        Waiting plus(int more) {
            return new Waiting(end, count + more);
        }
    }
}
