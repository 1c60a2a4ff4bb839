/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import java.util.Locale;

/** What a rule does with what it finds. */
public enum Mode {
    /** Nothing: it is kept for later. */
    OFF,
    /** Counts and shows what it would have refused. */
    OBSERVING,
    /** Refuses. */
    ENFORCING;

    /** The word in API, store and metrics. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Mode parse(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }
}
