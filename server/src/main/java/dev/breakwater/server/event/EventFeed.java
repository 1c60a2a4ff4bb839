/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.StatusWatch;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.ConnectionWatch;
import dev.breakwater.server.session.DeviceSession;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Takes events from whoever has made something durable, and hands them to whoever listens.
 * Thread-safe. {@link #publish} never waits for a listener and may be called on event loops.
 *
 * <p>An organization has a ring of events from its first listener on, and for a while after its
 * last. A publisher that finds no ring has committed before the listener came, so the listener sees
 * the change in whatever it reads after it was let in.
 */
public final class EventFeed implements ConnectionWatch, StatusWatch {

    private final Limits limits;
    private final LongSupplier nanos;
    private final int listenersMax;
    private final ConcurrentHashMap<OrganizationId, EventRing> rings = new ConcurrentHashMap<>();
    private final Followed followed;

    /** Guarded by this. */
    private final Map<OrganizationId, Integer> byOrganization = new HashMap<>();

    /** Guarded by this. */
    private final Map<Actor, Integer> byCaller = new HashMap<>();

    /** Guarded by this. */
    private int listeners;

    /** Guarded by this. */
    private boolean stopped;

    /** The one thing a publisher looks at while nobody listens. */
    private volatile boolean anyRing;

    /**
     * Wires the feed.
     *
     * @param nanos a clock that is never set, such as {@link System#nanoTime}
     */
    public EventFeed(Limits limits, LongSupplier nanos) {
        this.limits = limits;
        this.nanos = nanos;
        this.followed =
                new Followed(
                        limits.seconds(Limit.EVENT_RESUME_SECONDS),
                        2 * limits.of(Limit.EVENT_STREAMS),
                        nanos);
        // A stream may hold a connection of its own: they must not use up all of them.
        this.listenersMax =
                Math.min(limits.of(Limit.EVENT_STREAMS), limits.of(Limit.HTTP_CONNECTIONS) / 2);
    }

    /**
     * Tells of something that is durable. Never blocks, never fails, and is heard only by whoever
     * listens.
     */
    public void publish(OrganizationId organization, DeviceEvent event) {
        if (!anyRing) {
            return;
        }
        EventRing ring = rings.get(organization);
        if (ring != null && !ring.add(event)) {
            giveUp(organization, ring);
        }
    }

    /** Whether anybody listens to this organization, or did so a moment ago. */
    boolean isHeard(OrganizationId organization) {
        return anyRing && rings.containsKey(organization);
    }

    /** Whether somebody follows this rollout or device. */
    boolean isFollowed(Object one) {
        return followed.contains(one);
    }

    private synchronized void giveUp(OrganizationId organization, EventRing ring) {
        if (rings.remove(organization, ring)) {
            anyRing = !rings.isEmpty();
        }
    }

    @Override
    public void connected(DeviceSession session) {
        if (anyRing) {
            publish(session.organization(), new DeviceEvent.Connected(session.deviceId()));
        }
    }

    @Override
    public void disconnected(DeviceSession session) {
        if (anyRing) {
            publish(session.organization(), new DeviceEvent.Disconnected(session.deviceId()));
        }
    }

    @Override
    public void statusChanged(Device device) {
        publish(
                device.organization(),
                new DeviceEvent.StatusChanged(device.id(), device.status(), device.version()));
    }

    /**
     * Begins to listen.
     *
     * @param caller who, so that nobody takes the places of all
     * @param follows a rollout or a device of which the listener wants to hear every step
     * @param lastId where the listener stood the last time; empty to begin now
     * @throws IllegalArgumentException if it is no id that was ever given
     */
    public synchronized Listening listen(
            OrganizationId organization,
            Actor caller,
            Optional<?> follows,
            Optional<String> lastId) {
        int ofOrganization = limits.of(Limit.EVENT_STREAMS_PER_ORGANIZATION);
        int ofCaller = limits.of(Limit.EVENT_STREAMS_PER_CALLER);
        if (stopped || listeners >= listenersMax) {
            return new Listening.TooMany(Limit.EVENT_STREAMS, listenersMax);
        }
        if (byOrganization.getOrDefault(organization, 0) >= ofOrganization) {
            return new Listening.TooMany(Limit.EVENT_STREAMS_PER_ORGANIZATION, ofOrganization);
        }
        if (byCaller.getOrDefault(caller, 0) >= ofCaller) {
            return new Listening.TooMany(Limit.EVENT_STREAMS_PER_CALLER, ofCaller);
        }
        Optional<EventId> last = lastId.map(EventId::parse);
        EventRing ring = joined(organization);
        boolean resumes =
                last.isPresent()
                        && last.get().epoch().equals(ring.epoch())
                        && ring.reaches(last.get().sequence());
        listeners++;
        follows.ifPresent(followed::join);
        byOrganization.merge(organization, 1, Integer::sum);
        byCaller.merge(caller, 1, Integer::sum);
        return new Listening.Begun(
                new EventCursor(
                        ring,
                        resumes ? last.get().sequence() : ring.last(),
                        resumes || last.isEmpty(),
                        limits.of(Limit.EVENTS_IN_HAND_PER_STREAM),
                        () -> left(organization, caller, follows)));
    }

    private EventRing joined(OrganizationId organization) {
        EventRing ring = rings.get(organization);
        if (ring == null || !ring.join()) {
            ring =
                    new EventRing(
                            limits.of(Limit.EVENTS_KEPT_PER_ORGANIZATION),
                            limits.seconds(Limit.EVENT_RESUME_SECONDS),
                            nanos);
            if (!ring.join()) {
                throw new IllegalStateException("a new ring cannot have been given up");
            }
            rings.put(organization, ring);
            anyRing = true;
        }
        return ring;
    }

    private synchronized void left(OrganizationId organization, Actor caller, Optional<?> follows) {
        listeners--;
        follows.ifPresent(followed::leave);
        byOrganization.computeIfPresent(organization, (_, n) -> n == 1 ? null : n - 1);
        byCaller.computeIfPresent(caller, (_, n) -> n == 1 ? null : n - 1);
    }

    /**
     * What the organization's callers may see has perhaps changed: its listeners ask anew before
     * they are shown anything more.
     */
    public void doubt(OrganizationId organization) {
        if (anyRing) {
            EventRing ring = rings.get(organization);
            if (ring != null) {
                ring.doubt();
            }
        }
    }

    /** How many listen. */
    public synchronized int listeners() {
        return listeners;
    }

    /** Ends all listening, and lets nobody begin. */
    public synchronized void stop() {
        stopped = true;
        rings.values().forEach(EventRing::stop);
    }
}
