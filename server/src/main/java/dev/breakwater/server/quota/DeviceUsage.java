/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one device has used, across all its connections: three buckets, and, only for those who
 * cause some, their trouble. Thread-safe; nothing here waits.
 *
 * <p>The rule, in full:
 *
 * <ul>
 *   <li>While its buckets hold tokens a device is calm, and nothing is done.
 *   <li>A packet that overdraws a bucket is still taken, and then the device is <b>slowed</b>:
 *       nothing more is read from it until the debt is gone. It costs the server nothing; what the
 *       device sends on piles up in its own socket.
 *   <li>It counts as slowed until it has been read from for {@link QuotaTerms#calmAfter} without
 *       overdrawing anything. What the kernel has piled up cannot be seen, so how long it lasts is
 *       what is judged.
 *   <li>Slowed for {@link QuotaTerms#toldAfter} without letting up, it is <b>told</b>, once.
 *   <li>Slowed for {@link QuotaTerms#cutAfter}, it is <b>cut</b> off and has to wait.
 *   <li>A device that connects too often is turned away and has to wait too. Each wait is twice the
 *       one before, up to the longest; with each longest wait that passes without another, one
 *       doubling is forgotten.
 * </ul>
 */
public final class DeviceUsage {

    private static final Pressure NONE = new Pressure.None();

    private long requestBucket;
    private long byteBucket;
    private long connectBucket;
    private @Nullable LiveConnection connection;
    private @Nullable Trouble trouble;

    DeviceUsage() {}

    /** Asks for one more connection; says how long the device has to wait if it gets none. */
    synchronized Optional<Duration> connect(QuotaTerms terms, Moment now) {
        if (trouble != null && now.at().isBefore(trouble.waitsUntil)) {
            trouble.turnedAway++;
            return Optional.of(Duration.between(now.at(), trouble.waitsUntil));
        }
        long after = terms.connects().spend(connectBucket, 1, now.nanos());
        if (terms.connects().debtNanos(after, now.nanos()) == 0) {
            connectBucket = after;
            return Optional.empty();
        }
        Trouble own = trouble();
        own.turnedAway++;
        return Optional.of(own.strike(terms.waits(), now.at()));
    }

    /** The device's connection begins; it takes the place of an earlier one. */
    public synchronized LiveConnection connected(ConnectionFacts facts) {
        LiveConnection begun = new LiveConnection(facts);
        connection = begun;
        return begun;
    }

    /** A connection has ended, maybe after the next one has begun. */
    public synchronized void disconnected(LiveConnection ended, Moment now) {
        if (connection == ended) {
            connection = null;
            if (trouble != null) {
                trouble.readAgain(now.at());
            }
        }
    }

    /**
     * Something has arrived; with zeros, says how things stand by now.
     *
     * @param weight {@link QuotaTerms#PACKET} or {@link QuotaTerms#FOLLOW_UP} for each packet
     * @param bytes as they came over the network
     */
    public synchronized Pressure spend(QuotaTerms terms, int weight, long bytes, Moment now) {
        long nanos = now.nanos();
        if (connection != null && (weight > 0 || bytes > 0)) {
            connection.count(weight > 0 ? 1 : 0, bytes, now.at());
        }
        requestBucket = terms.requests().spend(requestBucket, weight, nanos);
        byteBucket = terms.bytes().spend(byteBucket, bytes, nanos);
        long requestDebt = terms.requests().debtNanos(requestBucket, nanos);
        long byteDebt = terms.bytes().debtNanos(byteBucket, nanos);
        long debt = Math.max(requestDebt, byteDebt);
        if (debt == 0) {
            if (trouble != null) {
                trouble.readAgain(now.at());
            }
            return NONE;
        }
        Quota quota = requestDebt >= byteDebt ? Quota.PUBLISHES_PER_SECOND : Quota.BYTES_PER_SECOND;
        return trouble().exceeded(quota, Duration.ofNanos(debt), terms, now.at());
    }

    /** The operator was told that the device was refused something. */
    synchronized void refused(RefusalReason reason, Moment now) {
        trouble().refused(reason, now.at());
    }

    /** How long the device has to wait before it is let in again. */
    public synchronized Optional<Duration> waits(Moment now) {
        return trouble == null || !now.at().isBefore(trouble.waitsUntil)
                ? Optional.empty()
                : Optional.of(Duration.between(now.at(), trouble.waitsUntil));
    }

    synchronized UsageReport report(QuotaTerms terms, Moment now) {
        @Nullable LiveConnection live = connection;
        Trouble known = trouble == null ? new Trouble() : trouble;
        return new UsageReport(
                Optional.ofNullable(live).map(LiveConnection::facts),
                live == null ? 0 : live.packetsPerSecond(now.at()),
                live == null ? 0 : live.bytesPerSecond(now.at()),
                known.isSlowed(terms, now.at())
                        ? Optional.ofNullable(known.slowedSince)
                        : Optional.empty(),
                Optional.ofNullable(known.slowedBy),
                known.slowed,
                known.told,
                known.cut,
                known.turnedAway,
                Optional.of(known.waitsUntil).filter(now.at()::isBefore),
                Optional.ofNullable(known.lastRefusal));
    }

    /** What the device sends at this moment; empty if it is not connected. */
    synchronized Optional<DeviceLoad> load(DeviceId device, Moment now) {
        return Optional.ofNullable(connection)
                .map(
                        live ->
                                new DeviceLoad(
                                        device,
                                        live.packetsPerSecond(now.at()),
                                        live.bytesPerSecond(now.at()),
                                        trouble != null && trouble.isPaused()));
    }

    /** Whether forgetting it would change nothing, for the device or for whoever looks at it. */
    synchronized boolean isAtRest(Duration memory, Moment now) {
        long nanos = now.nanos();
        return connection == null
                && requestBucket - nanos <= 0
                && byteBucket - nanos <= 0
                && connectBucket - nanos <= 0
                && (trouble == null || trouble.isOver(memory, now.at()));
    }

    synchronized boolean isConnected() {
        return connection != null;
    }

    private Trouble trouble() {
        if (trouble == null) {
            trouble = new Trouble();
        }
        return trouble;
    }
}
