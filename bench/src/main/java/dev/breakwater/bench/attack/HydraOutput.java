/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.util.regex.Pattern;

/**
 * What hydra says that it has found. It is read line by line: whoever ends it before its list is
 * through gets no sum.
 */
record HydraOutput(int found) {

    private static final Pattern PASSWORD =
            Pattern.compile("(?m)^\\[\\d+]\\[[^]]+].*\\bpassword: ");

    /** Reads what a run has written. */
    static HydraOutput of(Program.Ended ended) {
        return new HydraOutput(Math.toIntExact(PASSWORD.matcher(ended.output()).results().count()));
    }
}
