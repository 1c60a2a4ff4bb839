/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.storage.SealedStorage;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What the updater remembers, in memory and on the medium alike: a change is durable before anybody
 * sees it. Safe for use by many threads.
 */
final class UpdateRecord {

    private static final int REASON_CHARS_MAX = 512;

    private final UpdateMemoryStore store;
    private final InstantSource clock;
    private volatile UpdateMemory memory;

    UpdateRecord(SealedStorage storage, InstantSource clock) throws IOException {
        this.store = new UpdateMemoryStore(storage);
        this.clock = clock;
        this.memory = store.read();
    }

    UpdateMemory memory() {
        return memory;
    }

    Optional<Attempt> attempt() {
        return memory.attempt();
    }

    /** The attempt, if it has come so far. */
    Optional<Attempt> in(Attempt.Phase phase) {
        return memory.attempt().filter(attempt -> attempt.phase() == phase);
    }

    void put(Attempt attempt) throws IOException {
        change(known -> known.with(attempt));
    }

    /** The attempt is over. */
    void end(Attempt attempt, UpdateReport.End end, String why) throws IOException {
        change(known -> known.ending(report(known, attempt, end, why)));
    }

    /** The attempt is over, well, and the floor is still to be raised, or 0 if it was. */
    void confirm(Attempt attempt, long floorOwed) throws IOException {
        change(
                known ->
                        known.ending(report(known, attempt, UpdateReport.End.CONFIRMED, ""))
                                .owing(floorOwed));
    }

    /** The floor that was owed is raised. */
    void settleFloor() throws IOException {
        change(known -> known.owing(0));
    }

    /** An attempt that never began; one that goes on is left alone. */
    void refuse(Attempt never, String why) throws IOException {
        change(
                known -> {
                    UpdateMemory ended =
                            known.ending(report(known, never, UpdateReport.End.FAILED, why));
                    return known.attempt().map(ended::with).orElse(ended);
                });
    }

    void forget(UpdateReport delivered) throws IOException {
        change(known -> known.without(delivered));
    }

    private synchronized void change(UnaryOperator<UpdateMemory> how) throws IOException {
        UpdateMemory now = how.apply(memory);
        store.write(now);
        memory = now;
    }

    private UpdateReport report(
            UpdateMemory known, Attempt attempt, UpdateReport.End end, String why) {
        return new UpdateReport(
                known.nextReport(),
                attempt.order().version(),
                attempt.order().releaseCounter(),
                end,
                shortened(why),
                clock.instant());
    }

    static String shortened(String why) {
        return why.length() <= REASON_CHARS_MAX ? why : why.substring(0, REASON_CHARS_MAX);
    }
}
