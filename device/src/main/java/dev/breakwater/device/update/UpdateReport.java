/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import java.time.Instant;

/**
 * How an update ended; kept until whoever is to know it does.
 *
 * @param number tells it from every other of this device; rises
 * @param version which release
 * @param releaseCounter its counter
 * @param end how it ended
 * @param reason for the operator: what failed, with value and limit; empty if nothing did
 * @param at by the device's clock, which may be wrong; nothing rests on it
 */
public record UpdateReport(
        long number, String version, long releaseCounter, End end, String reason, Instant at) {

    /** How an update ended. */
    public enum End {
        /** It runs and is healthy. */
        CONFIRMED,

        /** It was booted, did not prove itself, and the old version runs again. */
        REVERTED,

        /** It never booted: its bytes were wrong, or the medium did not take them. */
        FAILED
    }
}
