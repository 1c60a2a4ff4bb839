/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything the updater remembers, written as one so that no power cut parts it.
 *
 * @param attempt the release on its way
 * @param reports oldest first
 * @param nextReport the number of the next one
 * @param floorOwed to what the rollback floor is still to be raised, 0 if nothing is owed
 */
record UpdateMemory(
        Optional<Attempt> attempt, List<UpdateReport> reports, long nextReport, long floorOwed) {

    /** Whoever has not been heard for so many updates has lost interest in the first. */
    static final int REPORTS_MAX = 16;

    UpdateMemory {
        reports = List.copyOf(reports);
    }

    static UpdateMemory empty() {
        return new UpdateMemory(Optional.empty(), List.of(), 1, 0);
    }

    UpdateMemory with(Attempt some) {
        return new UpdateMemory(Optional.of(some), reports, nextReport, floorOwed);
    }

    /** The attempt is over, and this is how. */
    UpdateMemory ending(UpdateReport report) {
        List<UpdateReport> more = new ArrayList<>(reports);
        more.add(report);
        if (more.size() > REPORTS_MAX) {
            var _ = more.removeFirst();
        }
        return new UpdateMemory(Optional.empty(), more, report.number() + 1, floorOwed);
    }

    UpdateMemory without(UpdateReport delivered) {
        return new UpdateMemory(
                attempt,
                reports.stream().filter(kept -> kept.number() != delivered.number()).toList(),
                nextReport,
                floorOwed);
    }

    UpdateMemory owing(long floor) {
        return new UpdateMemory(attempt, reports, nextReport, floor);
    }
}
