/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The live session of each connected device. Thread-safe; no method blocks.
 *
 * <p>Each session is attached in an epoch of its own, and of two sessions of one device the later
 * epoch is the device's. When {@link #attach} or {@link #close} returns, the session before has
 * been told that its epoch is over, and by the promise of {@link DeviceSession#close} does nothing
 * more in the device's name.
 */
public final class LiveSessions {

    private final ConcurrentHashMap<DeviceId, DeviceSession> sessions = new ConcurrentHashMap<>();

    /** Of devices that are not connected, and may come back before it is said. */
    private final ConcurrentHashMap<DeviceId, LastWord> unsaid = new ConcurrentHashMap<>();

    private final AtomicLong lastEpoch = new AtomicLong();
    private final ConnectionWatch watch;

    /** Sessions that nobody watches. */
    public LiveSessions() {
        this(ConnectionWatch.NOBODY);
    }

    /** Sessions whose comings and goings are told. */
    public LiveSessions(ConnectionWatch watch) {
        this.watch = watch;
    }

    /**
     * Makes this the device's session; the one before it, if any, is closed as taken over.
     *
     * @return its epoch, greater than that of every session that the device had before
     */
    public long attach(DeviceSession session) {
        TakeOver takeOver = new TakeOver(session);
        sessions.compute(session.deviceId(), takeOver);
        drop(session.deviceId());
        // Outside of the map's lock, which the session before may want while it is being closed.
        if (takeOver.before != null) {
            takeOver.before.close(FarewellReason.TAKEN_OVER);
        }
        return takeOver.epoch;
    }

    /** Draws the epoch in the same step in which the session becomes the device's. */
    private final class TakeOver implements BiFunction<DeviceId, DeviceSession, DeviceSession> {

        private final DeviceSession session;
        private @Nullable DeviceSession before;
        private long epoch;

        TakeOver(DeviceSession session) {
            this.session = session;
        }

        @Override
        public DeviceSession apply(DeviceId device, @Nullable DeviceSession current) {
            before = current;
            epoch = lastEpoch.incrementAndGet();
            watch.connected(session);
            return session;
        }
    }

    /**
     * Forgets a session that has ended. A session that was taken over must not remove its
     * successor, hence the comparison.
     *
     * @return whether it was still the device's session: not if it was taken over or told to close
     */
    public boolean detach(DeviceSession session) {
        boolean[] removed = new boolean[1];
        sessions.computeIfPresent(
                session.deviceId(),
                (_, current) -> {
                    if (!current.equals(session)) {
                        return current;
                    }
                    removed[0] = true;
                    watch.disconnected(current);
                    return null;
                });
        return removed[0];
    }

    /**
     * Forgets a session that has ended, and lets it say a last word in the device's name if it was
     * still the device's session: nobody takes its place before that is said.
     *
     * @param lastWord must not block, nor touch the live sessions
     */
    public void detach(DeviceSession session, Runnable lastWord) {
        sessions.computeIfPresent(
                session.deviceId(),
                (device, current) -> {
                    if (!current.equals(session)) {
                        return current;
                    }
                    lastWord.run();
                    watch.disconnected(current);
                    return null;
                });
    }

    /**
     * Forgets a session that has ended, and keeps its last word until {@link #say}, should the
     * device not be back, closed or closed with its organization before.
     *
     * @return whether it was still the device's session; if not, the last word is not kept
     */
    public boolean detachUnsaid(DeviceSession session, LastWord lastWord) {
        return sessions.computeIfPresent(
                                session.deviceId(),
                                (device, current) -> {
                                    if (!current.equals(session)) {
                                        return current;
                                    }
                                    unsaid.put(device, lastWord);
                                    watch.disconnected(current);
                                    return null;
                                })
                        == null
                && lastWord.equals(unsaid.get(session.deviceId()));
    }

    /** Says a last word if it is still unsaid; the device does not come back while it is said. */
    public void say(DeviceId device, LastWord lastWord) {
        sessions.compute(
                device,
                (same, current) -> {
                    if (current == null && unsaid.remove(device, lastWord)) {
                        lastWord.say();
                    }
                    return current;
                });
    }

    private void drop(DeviceId device) {
        LastWord lastWord = unsaid.remove(device);
        if (lastWord != null) {
            lastWord.drop();
        }
    }

    /** How many last words are unsaid. */
    public int unsaid() {
        return unsaid.size();
    }

    /** The device's live session, if it is connected. */
    public Optional<DeviceSession> of(DeviceId device) {
        return Optional.ofNullable(sessions.get(device));
    }

    /**
     * Ends the device's session, if it is connected, and leaves unsaid what it has left to be said.
     * When this returns the device is not connected any more; the session says its farewell on its
     * own thread and closes its socket there.
     */
    public void close(DeviceId device, FarewellReason reason) {
        DeviceSession session = sessions.get(device);
        while (session != null && !detach(session)) {
            session = sessions.get(device);
        }
        drop(device);
        if (session != null) {
            session.close(reason);
        }
    }

    /**
     * Ends the sessions of all devices of an organization that are connected when this is called.
     */
    public void closeAll(OrganizationId organization, FarewellReason reason) {
        for (DeviceSession session : sessions.values()) {
            if (session.organization().equals(organization) && detach(session)) {
                session.close(reason);
            }
        }
        unsaid.forEach(
                (device, lastWord) -> {
                    if (lastWord.organization().equals(organization)
                            && unsaid.remove(device, lastWord)) {
                        lastWord.drop();
                    }
                });
    }

    /** A snapshot of all live sessions. */
    public Collection<DeviceSession> all() {
        return List.copyOf(sessions.values());
    }

    /** How many devices are connected. */
    public int count() {
        return sessions.size();
    }
}
