/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import java.util.Locale;

/** How far a command has come. */
public enum CommandState {
    /** It waits for the device to take it. */
    QUEUED,
    /** The device has acknowledged it and has not replied yet. */
    DELIVERED,
    /** The device replied that it carried it out. */
    SUCCEEDED,
    /** The device replied that it could not. */
    FAILED,
    /** The device took it and did not reply in time. */
    TIMED_OUT,
    /** The device did not take it in time. */
    EXPIRED,
    /** The device was revoked. */
    DROPPED,
    /** It was withdrawn before the device took it. */
    CANCELLED;

    /** The name in API and audit log, e.g. {@code timed-out}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the state will not change any more. */
    public boolean ended() {
        return switch (this) {
            case QUEUED, DELIVERED -> false;
            case SUCCEEDED, FAILED, TIMED_OUT, EXPIRED, DROPPED, CANCELLED -> true;
        };
    }
}
