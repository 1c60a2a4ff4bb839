/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import java.util.List;

/**
 * One power cut.
 *
 * @param write how many writes had been made
 * @param next the write that was not made any more, for people
 * @param survival what became of the writes that nobody had synced
 * @param acknowledged what the device had told others by then, in order
 */
public record Cut(int write, String next, Survival survival, List<String> acknowledged) {

    /** Copies the list. */
    public Cut {
        acknowledged = List.copyOf(acknowledged);
    }

    /** Whether the device had told others so. */
    public boolean acknowledged(String fact) {
        return acknowledged.contains(fact);
    }

    @Override
    public String toString() {
        return "power cut after write %d, before \"%s\", %s, acknowledged %s"
                .formatted(write, next, survival, acknowledged);
    }
}
