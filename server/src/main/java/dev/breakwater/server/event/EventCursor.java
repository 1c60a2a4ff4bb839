/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One listener's place in its organization's events. Used by one thread; only {@link #close} may be
 * called by others.
 */
public final class EventCursor implements AutoCloseable {

    private final EventRing ring;
    private final int countMax;
    private final Runnable leave;
    private final boolean resumed;
    private final AtomicBoolean closed = new AtomicBoolean();
    private long place;
    private long knownDoubts;

    /** What came. */
    public sealed interface News {

        /**
         * Events, in order.
         *
         * @param first the number of the first of them
         */
        record Events(long first, List<DeviceEvent> events) implements News {

            /** Copies the events. */
            public Events {
                events = List.copyOf(events);
            }
        }

        /** None in time, or there is a doubt ({@link #takeDoubt}). */
        record Nothing() implements News {}

        /** The listener was too slow: events it has not read are not there any more. */
        record Missed() implements News {}

        /** There will be nothing more: the server stops. */
        record Over() implements News {}

        /** The cursor was closed. */
        record Closed() implements News {}
    }

    EventCursor(EventRing ring, long place, boolean resumed, int countMax, Runnable leave) {
        this.ring = ring;
        this.place = place;
        this.resumed = resumed;
        this.countMax = countMax;
        this.leave = leave;
        this.knownDoubts = ring.doubts();
    }

    /** False if the listener asked to go on at a place that is not known or not kept any more. */
    public boolean isResumed() {
        return resumed;
    }

    /** The id of a place: that of the event of this number. */
    public String id(long sequence) {
        return new EventId(ring.epoch(), sequence).toString();
    }

    /** Where the listener stands: whoever comes back with this id misses nothing. */
    public String id() {
        return id(place);
    }

    /** Waits for events. */
    public News await(Duration atMost) throws InterruptedException {
        News news = ring.await(this, place, knownDoubts, countMax, atMost);
        switch (news) {
            case News.Events(long first, List<DeviceEvent> events) ->
                    place = first + events.size() - 1;
            case News.Missed() -> place = ring.last();
            case News.Nothing(), News.Over(), News.Closed() -> {}
        }
        return news;
    }

    /**
     * Whether something has changed since the last time that may decide what the listener may see.
     * Asked after {@link #await}, it knows of every change that came before the events.
     */
    public boolean takeDoubt() {
        long now = ring.doubts();
        boolean doubt = now != knownDoubts;
        knownDoubts = now;
        return doubt;
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Gives the place up; whoever waits is told {@link News.Closed}. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            leave.run();
            ring.leave();
        }
    }
}
