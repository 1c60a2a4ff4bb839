/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.time.Duration;

/**
 * How fast a client must be. A total time alone lets it hold a place for a few bytes for all of
 * that time, a rate alone lets it hold one for as long as it likes.
 *
 * @param bodyMax for a request's body as a whole
 * @param grace for which a client may be slower than the rate
 * @param bytesPerSecond the least rate, in both directions
 */
public record Pace(Duration bodyMax, Duration grace, int bytesPerSecond) {

    /** The pace in force. */
    public static Pace of(Limits limits) {
        return new Pace(
                limits.seconds(Limit.HTTP_BODY_SECONDS),
                limits.seconds(Limit.HTTP_GRACE_SECONDS),
                limits.of(Limit.HTTP_BYTES_PER_SECOND_LEAST));
    }

    /** How long a body may take of which so many bytes have arrived, if no more arrive. */
    Duration forBody(int bytes) {
        Duration atTheRate = forBytes(bytes);
        return atTheRate.compareTo(bodyMax) < 0 ? atTheRate : bodyMax;
    }

    /**
     * The bytes of a reply that are handed over at a time, so many that with the time to send the
     * first ones it takes no longer than a body until somebody who takes nothing is found.
     */
    int partOfReply() {
        return Math.max(1, (int) bodyMax.minus(grace).minus(grace).toSeconds()) * bytesPerSecond;
    }

    /** How long so many bytes may take. */
    Duration forBytes(int bytes) {
        return grace.plusMillis(1_000L * bytes / bytesPerSecond);
    }
}
