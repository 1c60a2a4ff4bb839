/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import dev.breakwater.server.refusal.RefusalReason;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a device beyond its buckets; a device that never caused any has none.
 * Guarded by its {@link DeviceUsage}.
 */
final class Trouble {

    @Nullable Instant slowedSince;
    @Nullable Quota slowedBy;
    int slowed;
    int told;
    int cut;
    int turnedAway;
    private boolean toldThisTime;
    private boolean paused;
    private Instant readAgainAt = Instant.EPOCH;
    private int strikes;
    private Instant struckAt = Instant.EPOCH;
    Instant waitsUntil = Instant.EPOCH;
    UsageReport.@Nullable LastRefusal lastRefusal;

    /**
     * The device's buckets are empty. Nobody is cut off untold, however late it is looked: a server
     * that stood still for a while may find both due.
     */
    Pressure exceeded(Quota quota, Duration pause, QuotaTerms terms, Instant now) {
        if (!isSlowed(terms, now)) {
            calm();
        }
        paused = true;
        slowedBy = quota;
        if (slowedSince == null) {
            slowedSince = now;
            slowed++;
            return new Pressure.Slow(quota, pause, true);
        }
        Duration since = Duration.between(slowedSince, now);
        boolean longEnough = since.compareTo(terms.cutAfter()) >= 0;
        if (!toldThisTime && (longEnough || since.compareTo(terms.toldAfter()) >= 0)) {
            toldThisTime = true;
            told++;
            return new Pressure.Tell(quota, pause, since);
        }
        if (longEnough) {
            cut++;
            calm();
            return new Pressure.Cut(quota, since, strike(terms.waits(), now));
        }
        return new Pressure.Slow(quota, pause, false);
    }

    /** The debt is gone, or the connection is: from here on nothing holds the device back. */
    void readAgain(Instant now) {
        if (paused) {
            paused = false;
            readAgainAt = now;
        }
    }

    /**
     * Whether the device has not let up yet. The time counts in which it could have sent, and not
     * the level of its buckets: a server that is late would take its own lateness for calm.
     */
    boolean isSlowed(QuotaTerms terms, Instant now) {
        return slowedSince != null && (paused || now.isBefore(readAgainAt.plus(terms.calmAfter())));
    }

    /** Whether nothing is read from the device right now. */
    boolean isPaused() {
        return paused;
    }

    private void calm() {
        slowedSince = null;
        toldThisTime = false;
    }

    /**
     * How long the device has to wait this time: twice as long as the last, unless that is long
     * ago.
     */
    Duration strike(QuotaTerms.Waits waits, Instant now) {
        long forgiven = Duration.between(struckAt, now).dividedBy(waits.most());
        strikes = 1 + (int) Math.clamp(strikes - forgiven, 0L, 30L);
        struckAt = now;
        Duration wait = waits.after(strikes);
        waitsUntil = now.plus(wait);
        return wait;
    }

    void refused(RefusalReason reason, Instant now) {
        lastRefusal = new UsageReport.LastRefusal(reason.code(), now);
    }

    /** Whether nothing of it matters any more, once the buckets are full. */
    boolean isOver(Duration memory, Instant now) {
        Instant past = now.minus(memory);
        return struckAt.isBefore(past)
                && waitsUntil.isBefore(now)
                && (lastRefusal == null || lastRefusal.at().isBefore(past));
    }
}
