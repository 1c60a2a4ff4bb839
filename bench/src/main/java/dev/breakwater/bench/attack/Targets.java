/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.server.TestBed;
import dev.breakwater.server.limits.Limit;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server for each attack, so that no attack finds what another has left. Only a rehearsal, which
 * has no time for it, lets attacks that leave nothing behind share one.
 */
final class Targets implements AutoCloseable {

    private final TestBed bed;
    private final String stranger;
    private final Effort effort;
    private @Nullable Target running;

    /** None is started yet. */
    Targets(TestBed bed, String stranger, Effort effort) {
        this.bed = bed;
        this.stranger = stranger;
        this.effort = effort;
    }

    /**
     * What the next attack gets.
     *
     * @param lifted limits other than an operator gets them
     */
    Arena arena(Map<Limit, Integer> lifted, Findings findings, Path directory) throws Exception {
        if (!effort.isShort() || (running != null && !running.lifted().equals(lifted))) {
            spoil();
        }
        Target target = running == null ? Target.start(bed, lifted, stranger) : running;
        running = target;
        return new Arena(target, bed.fleet(), effort, findings, directory);
    }

    /** The running server is good for nothing any more. */
    void spoil() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    @Override
    public void close() {
        spoil();
    }
}
