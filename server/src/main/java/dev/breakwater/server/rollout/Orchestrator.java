/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.LiveSessions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells devices when it is time for them, and lets time pass over those that have to be heard of.
 * What it decides from is in the store; it keeps in memory only who is connected and could be told,
 * which a restart finds again.
 */
final class Orchestrator implements Rollouts.Followers, Consents.Decided, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Orchestrator.class);

    /** The clock may be set forward, which no waiting thread notices: look at least this often. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Devices that are told, or fall due, in one transaction. */
    private static final int BITE = 100;

    private static final int PAGE = 1_000;

    /** Who is not connected any more is forgotten when there are so many more than are. */
    private static final int GONE_MAX = 1_024;

    /** So that not all of a fleet comes in the minute in which a window opens. */
    private static final Duration JITTER_MAX = Duration.ofMinutes(10);

    private final RolloutStore store;
    private final UpdatePolicies policies;
    private final DeviceZones zones;
    private final OfferDelivery delivery;
    private final LiveSessions sessions;
    private final Deadlines deadlines;
    private final Clock clock;
    private final Set<DeviceId> listening = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ReadyDevices ready = new ReadyDevices();
    private final Thread thread;
    private Instant next = Instant.MIN;
    private boolean closing;

    Orchestrator(
            RolloutStore store,
            UpdatePolicies policies,
            DeviceZones zones,
            OfferDelivery delivery,
            LiveSessions sessions,
            Deadlines deadlines,
            Clock clock) {
        this.store = store;
        this.policies = policies;
        this.zones = zones;
        this.delivery = delivery;
        this.sessions = sessions;
        this.deadlines = deadlines;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("rollouts").unstarted(this::run);
    }

    /** Begins, with time for all who could not be heard while the server was off. */
    void start() {
        takeUp();
        thread.start();
    }

    /** Takes up what an earlier process has left. Blocks. */
    void takeUp() {
        deadlines.takeUp();
    }

    /** A device has subscribed to its offers. Blocks. */
    void subscribed(OrganizationId organization, DeviceId device) {
        listening.add(device);
        forgetGone();
        store.standing(organization, device)
                .ifPresent(
                        standing -> {
                            makeReady(standing.rollout(), standing.place());
                            if (standing.place().update().state() != UpdateState.WAITING) {
                                delivery.tell(organization, device);
                            }
                        });
    }

    private void forgetGone() {
        if (listening.size() > 2 * sessions.count() + GONE_MAX) {
            listening.removeIf(device -> sessions.of(device).isEmpty());
        }
    }

    private void makeReady(RolloutEntry entry, DevicePlace place) {
        DeviceUpdate update = place.update();
        if (update.state() != UpdateState.WAITING
                || !entry.rollout().state().offers()
                || !listening.contains(place.device())) {
            return;
        }
        if (update.wave() <= entry.rollout().wave()) {
            inLock(() -> ready.add(key(entry), place.device()));
        } else {
            // Its wave may begin by the clock alone, when nobody says anything.
            inLock(() -> ready.follow(key(entry)));
        }
    }

    /** A device has made a step. Never blocks. */
    void stepped(PlaceChange.Changed change) {
        change.place().dueAt(change.rollout().rollout()).ifPresent(this::dueAt);
        change.rollout().rollout().soaksUntil().ifPresent(this::dueAt);
        makeReady(change.rollout(), change.place());
        boolean leftFlight = !change.place().update().state().inFlight();
        if (leftFlight || change.moved()) {
            inLock(() -> ready.wake(key(change.rollout())));
        }
    }

    @Override
    public void goesOn(RolloutEntry rollout) {
        rollout.rollout().soaksUntil().ifPresent(this::dueAt);
        inLock(() -> ready.forgetWave(key(rollout)));
    }

    @Override
    public void tell(RolloutEntry rollout, List<DeviceId> devices) {
        devices.forEach(device -> delivery.tellSoon(rollout.organization(), device));
    }

    @Override
    public void decided(RolloutEntry rollout, DevicePlace place) {
        place.dueAt(rollout.rollout()).ifPresent(this::dueAt);
        makeReady(rollout, place);
        inLock(() -> ready.wake(key(rollout)));
    }

    /** Something has become due at this time. Never waits for the store. */
    private void dueAt(Instant due) {
        lock.lock();
        try {
            if (due.isBefore(next)) {
                next = due;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void inLock(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static ReadyDevices.Key key(RolloutEntry entry) {
        return new ReadyDevices.Key(entry.organization(), entry.id());
    }

    private void run() {
        while (waitForWork()) {
            try {
                work();
            } catch (RuntimeException later) {
                // Whatever it was must not end this thread, or no device would ever be told again.
                LOG.error("rollouts cannot go on now", later);
                expect(clock.instant().plus(LOOK));
            }
        }
    }

    /** Does all that there is to do at this moment. Blocks. */
    void work() {
        Instant now = clock.instant();
        while (deadlines.correct()) {
            // What was due at some time by the old clock is due at another by this one.
            expect(Instant.MIN);
            inLock(ready::openAllWindows);
            now = clock.instant();
        }
        passTime(now);
        List<ReadyDevices.Key> woken = new ArrayList<>();
        Instant opened = now;
        inLock(
                () -> {
                    ready.openWindows(opened);
                    woken.addAll(ready.takeWoken());
                });
        for (ReadyDevices.Key key : woken) {
            try {
                offer(key);
            } catch (RuntimeException later) {
                inLock(() -> ready.wake(key));
                throw later;
            }
        }
    }

    private void passTime(Instant now) {
        if (now.isBefore(next)) {
            return;
        }
        List<PlaceChange.Changed> some;
        do {
            some = store.passTime(now, BITE).changes();
            some.forEach(this::stepped);
        } while (some.size() == BITE);
        // Deadlines set from here on are earlier than MAX, whatever the store knew.
        expect(Instant.MAX);
        store.nextDue().ifPresent(this::dueAt);
        // A soak time that has ended begins a wave without a device's step.
        inLock(ready::wakeAll);
    }

    private void offer(ReadyDevices.Key key) {
        boolean more = true;
        while (more) {
            Optional<RolloutEntry> entry = store.find(key.organization(), key.rollout());
            if (entry.isEmpty() || !entry.get().rollout().state().offers()) {
                inLock(() -> ready.drop(key));
                return;
            }
            lookForNewWave(key, entry.get());
            List<DeviceId> first = firstOf(key, entry.get());
            if (first.isEmpty()) {
                return;
            }
            more = offer(key, first);
        }
    }

    private boolean offer(ReadyDevices.Key key, List<DeviceId> first) {
        Instant now = clock.instant();
        Instant answerBy = now.plus(deadlines.answer());
        Optional<OfferRound> round =
                store.offer(key.organization(), key.rollout(), first, now, answerBy);
        if (round.isEmpty()) {
            return false;
        }
        List<DeviceId> told = round.get().offered().stream().map(DevicePlace::device).toList();
        inLock(
                () -> {
                    ready.remove(key, told);
                    ready.remove(key, round.get().idle());
                });
        if (!told.isEmpty()) {
            dueAt(answerBy);
            told.forEach(device -> delivery.tellSoon(key.organization(), device));
        }
        return round.get().more();
    }

    /** Who is connected of the waves that have begun, where they were not looked for yet. */
    private void lookForNewWave(ReadyDevices.Key key, RolloutEntry entry) {
        boolean[] isNew = new boolean[1];
        int wave = entry.rollout().wave();
        inLock(() -> isNew[0] = ready.isNewWave(key, wave));
        if (!isNew[0]) {
            return;
        }
        int after = -1;
        List<DevicePlace> some;
        do {
            some =
                    store.places(
                            key.organization(),
                            key.rollout(),
                            Optional.of(UpdateState.WAITING),
                            after,
                            PAGE);
            some.forEach(place -> makeReady(entry, place));
            after = some.isEmpty() ? after : some.getLast().position();
        } while (some.size() == PAGE && some.getLast().update().wave() <= wave);
    }

    /** The first of those who are ready, connected, and within their window. */
    private List<DeviceId> firstOf(ReadyDevices.Key key, RolloutEntry entry) {
        Optional<UpdatePolicy> policy =
                policies.of(key.organization(), entry.rollout().product())
                        .map(UpdatePolicies.InForce::policy);
        List<DeviceId> first = new ArrayList<>();
        List<DeviceId> waiting;
        do {
            List<DeviceId> some = new ArrayList<>();
            inLock(() -> some.addAll(ready.first(key, BITE)));
            waiting = some;
            for (DeviceId device : some) {
                Optional<Instant> opens =
                        policy.flatMap(of -> opens(key.organization(), device, of));
                if (sessions.of(device).isEmpty()) {
                    inLock(() -> ready.remove(key, List.of(device)));
                } else if (opens.isPresent()) {
                    inLock(
                            () -> {
                                ready.remove(key, List.of(device));
                                ready.addLater(key, device, opens.get());
                            });
                } else {
                    first.add(device);
                }
            }
        } while (first.isEmpty() && !waiting.isEmpty());
        return first;
    }

    /** When the window of a device opens; empty if it is open. */
    private Optional<Instant> opens(
            OrganizationId organization, DeviceId device, UpdatePolicy policy) {
        Instant now = clock.instant();
        return policy.window()
                .map(
                        window ->
                                window.begins(
                                        now,
                                        zones.of(organization, device, policy),
                                        jitter(device)))
                .filter(now::isBefore);
    }

    /** Of a device always the same, and of a fleet spread evenly. */
    private static Duration jitter(DeviceId device) {
        return Duration.ofMillis(Math.floorMod(device.hashCode(), JITTER_MAX.toMillis()));
    }

    private void expect(Instant due) {
        lock.lock();
        try {
            next = due;
        } finally {
            lock.unlock();
        }
    }

    /** Returns false when it is time to end. */
    private boolean waitForWork() {
        lock.lock();
        try {
            while (!closing) {
                Instant now = clock.instant();
                Instant window = ready.nextWindow().orElse(Instant.MAX);
                Instant due = next.isBefore(window) ? next : window;
                if (!ready.isIdle() || !now.isBefore(due) || deadlines.isClockSet()) {
                    return true;
                }
                boolean soon = due.isBefore(now.plus(LOOK));
                Duration wait = soon ? Duration.between(now, due) : LOOK;
                long left = changed.awaitNanos(wait.toNanos());
                LOG.trace("{} ns of the wait were left", left);
            }
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Ends after the step in work. */
    @Override
    public void close() {
        inLock(() -> closing = true);
        try {
            if (thread.getState() != Thread.State.NEW) {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
