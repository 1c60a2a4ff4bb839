/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.util.Locale;

/** Where a rollout stands. */
public enum RolloutState {
    /** It waits for somebody else than its author to approve it. */
    PROPOSED,
    /** It offers the release. */
    RUNNING,
    /** It offers it to nobody, until somebody resumes or aborts it. */
    PAUSED,
    /** All waves have passed. Who was off then is still offered it. */
    COMPLETED,
    /** Somebody ended it. */
    ABORTED;

    /** The name in API and audit log, e.g. {@code running}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether devices are told. */
    public boolean offers() {
        return switch (this) {
            case RUNNING, COMPLETED -> true;
            case PROPOSED, PAUSED, ABORTED -> false;
        };
    }
}
