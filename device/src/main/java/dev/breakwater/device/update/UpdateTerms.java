/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.update.slot.BootChoice;
import java.time.Duration;

/**
 * How patient a product is with its updates.
 *
 * @param trialBoots how often a new version may boot without being confirmed, 1 to 9
 * @param healthyWithin how long it has at each boot
 * @param paceWindow over which a source's pace is measured
 * @param paceBytesMin how many bytes must come in each window, or the source is left
 * @param checkpointBytes after how many bytes what arrived is synced and noted: so much is fetched
 *     again after a power cut, and so seldom is flash written for it
 */
public record UpdateTerms(
        int trialBoots,
        Duration healthyWithin,
        Duration paceWindow,
        int paceBytesMin,
        long checkpointBytes) {

    /** Refuses what makes no sense. */
    public UpdateTerms {
        if (trialBoots < 1 || trialBoots > BootChoice.BOOTS_MAX) {
            throw new IllegalArgumentException(
                    "a trial has 1 to %d boots".formatted(BootChoice.BOOTS_MAX));
        }
        if (!healthyWithin.isPositive() || !paceWindow.isPositive()) {
            throw new IllegalArgumentException("a time must be positive");
        }
        if (paceBytesMin < 1 || checkpointBytes < 1) {
            throw new IllegalArgumentException("a number of bytes must be positive");
        }
    }

    /**
     * Three boots of five minutes each; 32 KiB in 30 seconds, about what a bad mobile line carries;
     * a checkpoint every 4 MiB.
     */
    public static UpdateTerms usual() {
        return new UpdateTerms(
                3, Duration.ofMinutes(5), Duration.ofSeconds(30), 32 * 1024, 4L << 20);
    }
}
