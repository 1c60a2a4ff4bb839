/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Admits so many downloads at a time, in all and of one source, and tells the others when to come
 * again: the later, the more of them have been told to wait, at the pace at which downloads have
 * ended so far, and each at a moment of its own. Safe for use by many threads.
 */
final class DownloadPlaces {

    /**
     * The most that is handed to TLS at once; with the kernel's part, all that a download takes.
     */
    static final int BUFFER_BYTES = 262_144;

    /** Of those who wait, so many are counted. */
    private static final int WAITING_MAX = 65_536;

    /** What a download takes is a moving mean; this is what the newest one counts in it. */
    private static final double NEWEST = 0.1;

    private static final double NANOS = 1e9;

    private final Most most;
    private final int placesMax;
    private final int perSourceMax;
    private final int perHolderMax;
    private final Duration retryLeast;
    private final Duration retryMost;
    private final LongSupplier nanos;
    private final DoubleSupplier chance;
    private final Map<SourceNetwork, Integer> bySource = new HashMap<>();
    private final Map<Object, Deque<Place>> byHolder = new HashMap<>();
    private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
    private final PriorityQueue<Long> returning = new PriorityQueue<>();
    private double meanSeconds;
    private int taken;

    /**
     * Which limits count.
     *
     * @param all at the same time
     * @param perSource of one network
     * @param perHolder of one device, or of one caller
     */
    record Most(Limit all, Limit perSource, Limit perHolder) {

        /** Those of devices. */
        static final Most OF_DEVICES =
                new Most(Limit.DOWNLOADS, Limit.DOWNLOADS_PER_SOURCE, Limit.DOWNLOADS_PER_DEVICE);
    }

    /**
     * Within these limits.
     *
     * @param nanos a clock that only moves forward
     * @param chance from 0 to 1, exclusive
     */
    DownloadPlaces(Limits limits, Most most, LongSupplier nanos, DoubleSupplier chance) {
        this.most = most;
        this.placesMax = limits.of(most.all());
        this.perSourceMax = limits.of(most.perSource());
        this.perHolderMax = limits.of(most.perHolder());
        this.retryLeast = limits.seconds(Limit.DOWNLOAD_RETRY_LEAST_SECONDS);
        this.retryMost = limits.seconds(Limit.DOWNLOAD_RETRY_MOST_SECONDS);
        this.nanos = nanos;
        this.chance = chance;
        this.meanSeconds = retryLeast.toSeconds();
    }

    /** Whether there is a place. */
    sealed interface Wish {

        /** There is; to be closed when the download has ended. */
        record Admitted(Place place) implements Wish {}

        /** There is none. */
        record Later(Duration after, Limit limit) implements Wish {}
    }

    /**
     * Asks for a place. A holder that has as many as it may loses its oldest one, which it has
     * perhaps lost itself without our knowing.
     *
     * @param holder the device, or who else it is
     * @param end closes the connection of this download; may be called from any thread
     */
    Wish ask(Object holder, SourceNetwork source, Runnable end) {
        Place place;
        Place oldest = null;
        synchronized (this) {
            if (taken >= placesMax) {
                return later(most.all());
            }
            if (bySource.getOrDefault(source, 0) >= perSourceMax) {
                return later(most.perSource());
            }
            taken++;
            bySource.merge(source, 1, Integer::sum);
            ByteBuffer buffer = buffers.poll();
            place =
                    new Place(
                            holder,
                            source,
                            end,
                            buffer == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : buffer,
                            nanos.getAsLong());
            Deque<Place> mine = byHolder.computeIfAbsent(holder, _ -> new ArrayDeque<>());
            if (mine.size() >= perHolderMax) {
                oldest = mine.poll();
            }
            mine.add(place);
        }
        if (oldest != null) {
            oldest.end.run();
        }
        return new Wish.Admitted(place);
    }

    private Wish.Later later(Limit limit) {
        long now = nanos.getAsLong();
        while (!returning.isEmpty() && returning.peek() - now <= 0) {
            returning.poll();
        }
        // All places become free within the time of one download, on average.
        double seconds = meanSeconds * (1 + returning.size() / (double) placesMax);
        double bounded =
                Math.clamp(seconds, (double) retryLeast.toSeconds(), retryMost.toSeconds() / 2.0);
        // Up to twice as long, or all of those who were refused together would return together.
        Duration after = Duration.ofSeconds((long) Math.ceil(bounded * (1 + chance.getAsDouble())));
        if (returning.size() < WAITING_MAX) {
            returning.add(now + after.toNanos());
        }
        return new Wish.Later(after, limit);
    }

    /** A place, and the buffer that belongs to it. */
    final class Place implements AutoCloseable {

        private final Object holder;
        private final SourceNetwork source;
        private final Runnable end;
        private final ByteBuffer buffer;
        private final long sinceNanos;
        private boolean given;

        private Place(
                Object holder,
                SourceNetwork source,
                Runnable end,
                ByteBuffer buffer,
                long sinceNanos) {
            this.holder = holder;
            this.source = source;
            this.end = end;
            this.buffer = buffer;
            this.sinceNanos = sinceNanos;
        }

        /** Direct, of {@link #BUFFER_BYTES}; nobody may use it any more once this is closed. */
        ByteBuffer buffer() {
            return buffer;
        }

        /** Ends the download. */
        void end() {
            end.run();
        }

        @Override
        public void close() {
            synchronized (DownloadPlaces.this) {
                if (given) {
                    return;
                }
                given = true;
                taken--;
                bySource.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
                Deque<Place> mine = byHolder.get(holder);
                if (mine != null) {
                    mine.remove(this);
                    if (mine.isEmpty()) {
                        byHolder.remove(holder);
                    }
                }
                buffers.push(buffer);
                double seconds = (nanos.getAsLong() - sinceNanos) / NANOS;
                meanSeconds += NEWEST * (seconds - meanSeconds);
            }
        }
    }
}
