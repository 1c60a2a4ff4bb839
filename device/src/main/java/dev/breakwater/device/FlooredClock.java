/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.identity.ProvenTime;
import dev.breakwater.device.storage.SealedStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A clock for a device that has none, or one without a battery: it never shows a time before the
 * floor, and none beyond what the server has proved. The floor is the later of when the firmware
 * was built and the latest time the server has proved, and it only rises, by proofs alone.
 *
 * <pre>{@code
 * FlooredClock clock = FlooredClock.open(Clock.systemUTC(), Firmware.BUILT_AT, storage);
 * AgentEnvironment environment = new AgentEnvironment(clock, Thread::sleep, new SecureRandom());
 * }</pre>
 *
 * <p>The agent judges by it whether certificates are valid, the server's as well as its own: one
 * whose clock was turned back does not take an expired certificate again. If the server's
 * certificate begins later than the clock shows, or has ended by it, or the device's own has, the
 * agent asks the server to prove what time it is, and goes on from there; an agent whose clock has
 * no floor does so anew at each start. While the machine's clock is below the floor, time runs on
 * from the floor by the machine's monotonic timer, so certificates are renewed in time on a device
 * that never learns the date otherwise.
 *
 * <p>A machine's clock that is ahead of what was proved at the same moment is not believed from
 * then on: time runs on from the floor, until the machine's clock is right again. What was proved
 * is the authority's word for a nonce of this device, so no key that was stolen from a server turns
 * the time back to when its certificate was good; nor does anything below the floor.
 *
 * <p>The floor is written at most once in {@link #WRITE_EVERY}, to spare flash memory, so a restart
 * may find one that is up to so much older. Safe for use by many threads.
 */
public final class FlooredClock extends Clock {

    /** How far the floor must have risen to be worth a write. */
    public static final Duration WRITE_EVERY = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(FlooredClock.class);
    private static final String NAME = "clock-floor";

    private final Clock clock;
    private final LongSupplier nanoTime;
    private final @Nullable SealedStorage storage;

    /** The floor at the moment {@link #risenAtNanos} of the timer. */
    private Instant risen;

    private long risenAtNanos;
    private Instant written;

    /** Whether the machine's clock was ahead of the last proof, and has not been right since. */
    private boolean disbelieved;

    private FlooredClock(
            Clock clock, LongSupplier nanoTime, @Nullable SealedStorage storage, Instant floor) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.storage = storage;
        this.risen = floor;
        this.risenAtNanos = nanoTime.getAsLong();
        this.written = floor;
    }

    /** A clock whose floor lives as long as the process; it is this clock if it has one already. */
    static FlooredClock over(Clock clock) {
        return clock instanceof FlooredClock floored
                ? floored
                : new FlooredClock(clock, System::nanoTime, null, Instant.EPOCH);
    }

    /**
     * A clock that goes on from the floor in storage.
     *
     * @param clock what the machine shows
     * @param builtAt when the firmware was built: it cannot be earlier than that
     */
    public static FlooredClock open(Clock clock, Instant builtAt, SealedStorage storage)
            throws IOException {
        return open(clock, System::nanoTime, builtAt, storage);
    }

    /**
     * Like {@link #open(Clock, Instant, SealedStorage)}, with a timer of one's own.
     *
     * @param nanoTime a timer in nanoseconds that nobody can set, as {@link System#nanoTime}
     */
    public static FlooredClock open(
            Clock clock, LongSupplier nanoTime, Instant builtAt, SealedStorage storage)
            throws IOException {
        Instant written = builtAt;
        try {
            Optional<byte[]> stored = storage.read(NAME);
            if (stored.isPresent() && stored.get().length == Long.BYTES) {
                written = Instant.ofEpochMilli(ByteBuffer.wrap(stored.get()).getLong());
            }
        } catch (SealedStorage.Damaged unreadable) {
            LOG.warn("The floor of the clock does not open; going on from the build", unreadable);
        }
        Instant floor = written.isAfter(builtAt) ? written : builtAt;
        return new FlooredClock(clock, nanoTime, storage, floor);
    }

    /**
     * The server has proved that this is the time, by its authority's word for a nonce of ours that
     * it has answered just now.
     */
    public synchronized void proved(Instant now) {
        heard(now);
        Instant least = floor();
        Instant shown = clock.instant();
        boolean ahead = shown.isAfter(least.plus(ProvenTime.AHEAD_MAX));
        if (ahead && !disbelieved) {
            LOG.warn(
                    "This device's clock shows {}, and the server has proved that it is {}: the clock"
                            + " is not believed until it is set right",
                    shown,
                    now);
        }
        disbelieved = ahead;
    }

    /** How far the machine's clock is ahead of the time, if it is known to be. */
    public synchronized Optional<Duration> ahead() {
        Instant shown = clock.instant();
        Instant least = floor();
        return believes(shown, least)
                ? Optional.empty()
                : Optional.of(Duration.between(least, shown));
    }

    private boolean believes(Instant shown, Instant least) {
        if (disbelieved && !shown.isAfter(least.plus(ProvenTime.AHEAD_MAX))) {
            LOG.info("This device's clock is not ahead of the time any more");
            disbelieved = false;
        }
        return !disbelieved;
    }

    /**
     * The server has proved that it is at least this late, by a certificate that it issued and that
     * leads to the pinned root.
     */
    public synchronized void heard(Instant proved) {
        if (!proved.isAfter(floor())) {
            return;
        }
        risen = proved;
        risenAtNanos = nanoTime.getAsLong();
        if (storage == null || Duration.between(written, proved).compareTo(WRITE_EVERY) < 0) {
            return;
        }
        try {
            storage.write(
                    NAME, ByteBuffer.allocate(Long.BYTES).putLong(proved.toEpochMilli()).array());
            written = proved;
        } catch (IOException failed) {
            LOG.warn(
                    "The floor of the clock could not be stored; it holds until a restart", failed);
        }
    }

    /** The time no earlier than which it is. */
    public synchronized Instant floor() {
        return risen.plusNanos(Math.max(0, nanoTime.getAsLong() - risenAtNanos));
    }

    @Override
    public synchronized Instant instant() {
        Instant shown = clock.instant();
        Instant least = floor();
        return !believes(shown, least) || shown.isBefore(least) ? least : shown;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new Zoned(this, zone);
    }

    /** The same clock elsewhere. */
    private static final class Zoned extends Clock {

        private final Clock floored;
        private final ZoneId zone;

        Zoned(Clock floored, ZoneId zone) {
            this.floored = floored;
            this.zone = zone;
        }

        @Override
        public Instant instant() {
            return floored.instant();
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public Clock withZone(ZoneId other) {
            return new Zoned(floored, other);
        }
    }
}
