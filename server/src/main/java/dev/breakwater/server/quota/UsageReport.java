/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known about a device's use of the channel at one moment.
 *
 * @param connection empty if it is not connected
 * @param packetsPerSecond of the last ten seconds
 * @param bytesPerSecond of the last ten seconds
 * @param slowedSince since when it has been slowed down without letting up
 * @param slowedBy the quota that it exceeds, or exceeded last
 * @param slowed how often it began to be slowed down
 * @param told how often it was told
 * @param cut how often it was cut off
 * @param turnedAway how often it connected too often
 * @param waitsUntil before when it is not let in
 * @param lastRefusal what it was refused last
 */
public record UsageReport(
        Optional<ConnectionFacts> connection,
        double packetsPerSecond,
        double bytesPerSecond,
        Optional<Instant> slowedSince,
        Optional<Quota> slowedBy,
        int slowed,
        int told,
        int cut,
        int turnedAway,
        Optional<Instant> waitsUntil,
        Optional<LastRefusal> lastRefusal) {

    /** Of a device that nothing is known about. */
    public static final UsageReport NOTHING =
            new UsageReport(
                    Optional.empty(),
                    0,
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    0,
                    0,
                    0,
                    Optional.empty(),
                    Optional.empty());

    /**
     * A refusal.
     *
     * @param reason its code
     */
    public record LastRefusal(String reason, Instant at) {}
}
