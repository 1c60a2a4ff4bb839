/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.server.limits.Limit;
import java.util.List;
import java.util.Map;

/** One way to harm a server, and what must be left of the server meanwhile. */
interface Attack {

    /** Outside programs that it needs for this effort. */
    default List<Program> programs(Effort effort) {
        return List.of();
    }

    /**
     * Limits that would keep its program from trying what it has, with the values they get instead.
     * The report names them.
     */
    default Map<Limit, Integer> lifted() {
        return Map.of();
    }

    /** Whether it may leave things otherwise than the next attack needs them. */
    default boolean leavesTraces() {
        return false;
    }

    /**
     * Attacks. Figures go to the arena's findings.
     *
     * @throws Exception if it cannot be carried out, which counts as a figure missed
     */
    void run(Arena arena) throws Exception;
}
