/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MQTT sessions that outlive their connection, at most one for each device. {@link #openAtOnce},
 * {@link #submit} and {@link #submitAlongside} never block and are what the channel's event loops
 * call; every other method reads or writes the store and belongs on virtual threads.
 *
 * <p>It remembers which devices have a kept session. So a device that asks for none and has none,
 * which is how our own agent connects, costs no look-up and no write.
 */
public final class KeptSessions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeptSessions.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int BITE = 200;
    private static final long BEFORE_ALL = 0;

    private final SessionStore store;
    private final LiveSessions live;
    private final Clock clock;
    private final DeviceTurns turns = new DeviceTurns();

    /**
     * Who may have a kept session, and the epoch in which it was last taken up. One that has
     * expired stays here until the device is back, which costs no more than one look-up then.
     */
    private final ConcurrentHashMap<DeviceId, Long> kept = new ConcurrentHashMap<>();

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("kept-sessions").factory());

    /** Wires the sessions and finds those of before a restart; nothing expires before the start. */
    public KeptSessions(SessionStore store, LiveSessions live, Clock clock) {
        this.store = store;
        this.live = live;
        this.clock = clock;
        store.disconnectAll(clock.instant()).forEach(device -> kept.put(device, BEFORE_ALL));
    }

    /** Forgets what has expired, now and then again and again until closed. */
    public void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::expireOrLog, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void expireOrLog() {
        try {
            expire();
        } catch (RuntimeException later) {
            // Whatever it was must not end the repetition.
            LOG.error("expired sessions cannot be forgotten now", later);
        }
    }

    /** Forgets what has expired by now. */
    public void expire() {
        int some;
        do {
            some = store.deleteExpired(clock.instant(), BITE);
        } while (some == BITE && !thread.isShutdown());
    }

    /** What a device found when it connected. */
    public sealed interface Opening {

        /** There was a session, and it goes on. */
        record Resumed(KeptState state) implements Opening {}

        /** A new session begins. */
        record Fresh() implements Opening {}

        /** The device has another connection by now, and the session is that one's. */
        record TakenOver() implements Opening {}
    }

    /**
     * Takes up the session of a device that has just been attached.
     *
     * @param cleanStart whether the device wants to begin afresh
     * @param expiry how long the session is to outlive the connection; zero keeps nothing
     */
    public Opening open(
            DeviceSession session, SessionHolder holder, boolean cleanStart, Duration expiry) {
        Taking taking = new Taking(session, holder, cleanStart, expiry);
        // Two connections of one device in turn, and only while it is still the device's: of the
        // two the later one has the last word, whichever thread comes first.
        turns.take(holder.device(), taking);
        return taking.opening;
    }

    /**
     * As {@link #open}, for a device that keeps nothing and has kept nothing; empty if the store
     * has to be asked. Never blocks.
     */
    public Optional<Opening> openAtOnce(
            DeviceSession session, SessionHolder holder, boolean cleanStart, Duration expiry) {
        Taking taking = new Taking(session, holder, cleanStart, expiry);
        AtomicReference<Optional<Opening>> opening = new AtomicReference<>(Optional.empty());
        return turns.tryTake(holder.device(), () -> opening.set(taking.withoutStore()))
                ? opening.get()
                : Optional.empty();
    }

    private final class Taking implements Runnable {

        private final DeviceSession session;
        private final SessionHolder holder;
        private final boolean cleanStart;
        private final Duration expiry;
        private Opening opening = new Opening.TakenOver();

        Taking(DeviceSession session, SessionHolder holder, boolean cleanStart, Duration expiry) {
            this.session = session;
            this.holder = holder;
            this.cleanStart = cleanStart;
            this.expiry = expiry;
        }

        @Override
        public void run() {
            opening = withoutStore().orElseGet(this::fromStore);
        }

        private Optional<Opening> withoutStore() {
            if (live.of(holder.device()).filter(session::equals).isEmpty()) {
                return Optional.of(new Opening.TakenOver());
            }
            if (expiry.isZero() && !kept.containsKey(holder.device())) {
                return Optional.of(new Opening.Fresh());
            }
            return Optional.empty();
        }

        private Opening fromStore() {
            // Known before and forgotten after: if the store fails in between, it is looked up.
            kept.put(holder.device(), holder.epoch());
            Optional<KeptState> state = store.open(holder, cleanStart, expiry, clock.instant());
            if (expiry.isZero()) {
                kept.remove(holder.device());
            }
            return state.<Opening>map(Opening.Resumed::new).orElseGet(Opening.Fresh::new);
        }
    }

    /** Makes a change durable without waiting. */
    public void submit(SessionHolder holder, SessionChange change, Completion<Object> completion) {
        store.submit(holder, change, completion);
    }

    /** As {@link SessionStore#submitAlongside}. */
    public boolean submitAlongside(
            SessionHolder holder, SessionChange change, Runnable submitting) {
        return store.submitAlongside(holder, change, submitting);
    }

    /**
     * The connection has ended; the session outlives it by {@code expiry}. Never blocks.
     *
     * @param expiry zero ends the session
     */
    public void disconnected(SessionHolder holder, Duration expiry) {
        Instant now = clock.instant();
        store.submit(
                holder,
                new SessionChange.Disconnected(now, expiry),
                new Completion<Object>() {
                    @Override
                    public void durable(Object value) {
                        if (expiry.isZero()) {
                            kept.remove(holder.device(), holder.epoch());
                        }
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        LOG.warn(
                                "the session of device {} does not expire before a restart: {}",
                                holder.device(),
                                cause.getMessage());
                    }
                });
    }

    /** How many devices may have a kept session. */
    public int count() {
        return kept.size();
    }

    /** Ends after the step in work. */
    @Override
    public void close() {
        thread.close();
    }
}
