/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.KeptSessions;
import dev.breakwater.server.session.SessionChange;
import dev.breakwater.server.session.SessionHolder;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes durable what of a session must outlive its connection, before the device is told that it is
 * so. For a session that ends with its connection it does nothing, at once and at no cost. Apart
 * from {@link #open} it lives on the connection's event loop.
 */
final class SessionJournal {

    private static final Logger LOG = LoggerFactory.getLogger(SessionJournal.class);

    private final KeptSessions sessions;
    private final EventLoop loop;
    private final SessionEnd end;
    private final Runnable flush;

    /** Null if nothing is kept. */
    private @Nullable SessionHolder holder;

    /**
     * @param flush lets go what was written in a step that had to wait for the disk
     */
    SessionJournal(KeptSessions sessions, EventLoop loop, SessionEnd end, Runnable flush) {
        this.sessions = sessions;
        this.loop = loop;
        this.end = end;
        this.flush = flush;
    }

    /** Takes up the device's session. Blocks; on a virtual thread, before everything else. */
    KeptSessions.Opening open(DeviceSession session, long epoch, SessionTerms terms) {
        SessionHolder own = new SessionHolder(session.organization(), session.deviceId(), epoch);
        KeptSessions.Opening opening =
                sessions.open(session, own, terms.cleanStart(), terms.sessionExpiry());
        if (!terms.sessionExpiry().isZero()
                && !(opening instanceof KeptSessions.Opening.TakenOver)) {
            holder = own;
        }
        return opening;
    }

    /** As {@link #open}, if nothing was and will be kept; empty otherwise. Never blocks. */
    Optional<KeptSessions.Opening> openAtOnce(
            DeviceSession session, long epoch, SessionTerms terms) {
        SessionHolder own = new SessionHolder(session.organization(), session.deviceId(), epoch);
        return sessions.openAtOnce(session, own, terms.cleanStart(), terms.sessionExpiry());
    }

    /** Whether anything outlives the connection. */
    boolean isKept() {
        return holder != null;
    }

    /**
     * Goes on once a change is durable. If it cannot be made durable the connection ends instead:
     * the device will come back and repeat whatever it was not answered.
     */
    void record(SessionChange change, Runnable next) {
        if (holder == null) {
            next.run();
        } else if (!end.isDecided()) {
            sessions.submit(holder, change, new Recorded(next));
        }
    }

    /**
     * Hands on a QoS 2 message so that its id becomes durable in the same transaction: it is stored
     * exactly once, whatever breaks in between. What is not stored by the server itself, which is
     * only a renewal, may come twice and does no harm then.
     */
    void receive(int packetId, Runnable handOn) {
        if (holder == null) {
            handOn.run();
        } else if (!sessions.submitAlongside(
                holder, new SessionChange.Received(packetId), handOn)) {
            LOG.trace("nothing is stored of the message with id {}", packetId);
        }
    }

    /**
     * The connection is gone.
     *
     * @param expiry how long the session outlives it; zero ends it
     */
    void close(Duration expiry) {
        if (holder != null) {
            sessions.disconnected(holder, expiry);
        }
    }

    /** Goes on where the step left off. The store tells it from the committing thread. */
    private final class Recorded implements Completion<Object> {

        private final Runnable next;

        Recorded(Runnable next) {
            this.next = next;
        }

        @Override
        public void durable(Object value) {
            onLoop(
                    () -> {
                        if (!end.isDecided()) {
                            next.run();
                            flush.run();
                        }
                    });
        }

        @Override
        public void failed(RuntimeException cause) {
            Map<String, String> details = Map.of("why", String.valueOf(cause.getMessage()));
            onLoop(() -> end.refuse(RefusalReason.STORAGE_UNAVAILABLE, details));
        }

        private void onLoop(Runnable action) {
            try {
                loop.execute(action);
            } catch (RejectedExecutionException stopped) {
                LOG.trace("a step of a session ended after the channel had stopped", stopped);
            }
        }
    }
}
