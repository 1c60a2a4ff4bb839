/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.time.Duration;
import org.eclipse.jetty.server.Request;

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

    /**
     * The pace of the reply to this request from here on, where it is no other than so many bytes a
     * second for parts of this size: large ones cost less, and whoever takes none at all is found
     * by the idle timeout.
     */
    public static void ofDownload(Request request, Limits limits, int partBytes) {
        Pace usual = of(limits);
        int rate = limits.of(Limit.DOWNLOAD_BYTES_PER_SECOND_LEAST);
        Duration part = Duration.ofSeconds(Math.ceilDiv(partBytes, rate));
        request.setAttribute(
                Pace.class.getName(),
                new Pace(part.plus(usual.grace).plus(usual.grace), usual.grace, rate));
    }

    /** The pace that was set for this request; the usual one if none was. */
    Pace unlessSet(Request request) {
        return request.getAttribute(Pace.class.getName()) instanceof Pace set ? set : this;
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
