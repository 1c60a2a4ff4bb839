/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A member's word that one finding, or one thing that was not looked into, may ship for a while.
 *
 * @param member who says so, and answers for it
 * @param reason why, for whoever reads it in a year
 * @param expiresAt when it ends; a year after it was given at most
 */
public record Waiver(
        Fingerprint fingerprint, UUID member, String reason, Instant givenAt, Instant expiresAt) {

    private static final int REASON_MIN = 10;
    private static final int REASON_MAX = 1_000;
    private static final Duration LIFE_MAX = Duration.ofDays(366);

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if the reason says nothing or too much, or the time is none
     */
    public Waiver {
        if (reason.strip().length() < REASON_MIN || reason.length() > REASON_MAX) {
            throw new IllegalArgumentException(
                    "a waiver's reason has %d to %,d characters".formatted(REASON_MIN, REASON_MAX));
        }
        if (!expiresAt.isAfter(givenAt)
                || Duration.between(givenAt, expiresAt).compareTo(LIFE_MAX) > 0) {
            throw new IllegalArgumentException(
                    "a waiver ends after it was given, %d days at most"
                            .formatted(LIFE_MAX.toDays()));
        }
    }

    /** Whether it counts at a moment; one from the future does not, however clocks disagree. */
    boolean counts(Instant now) {
        return !now.isBefore(givenAt) && now.isBefore(expiresAt);
    }
}
