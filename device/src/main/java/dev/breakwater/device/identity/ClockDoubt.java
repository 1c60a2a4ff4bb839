/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import org.jspecify.annotations.Nullable;

/** Whether a connection failed because the clock may be wrong: then the time is to be proved. */
public final class ClockDoubt {

    /** How many causes are followed: what reaches this limit goes round in a circle. */
    private static final int CAUSES_MAX = 32;

    private ClockDoubt() {}

    /** Whether {@link ClockBehind} or {@link ClockAhead} is why something failed. */
    public static boolean isCauseOf(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof ClockBehind || cause instanceof ClockAhead) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
