/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.Pause;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds the offer that stands, of which there is one: a newer takes the place of an older, and a
 * withdrawal takes it away. Safe for use by many threads; one works on what is taken.
 */
final class OfferDesk {

    /** An offer that is worked on. */
    final class Pending {

        private final UpdateOffer.Standing offer;
        private boolean approved;
        private boolean waits;
        private boolean cancelled;
        private boolean switching;
        private @Nullable Runnable onCancel;

        private Pending(UpdateOffer.Standing offer) {
            this.offer = offer;
        }

        UpdateOffer.Standing offer() {
            return offer;
        }

        /** Whether nobody's word is missing. */
        boolean mayInstall() {
            lock.lock();
            try {
                return approved || offer.consent() != UpdateConsent.OWNER;
            } finally {
                lock.unlock();
            }
        }

        boolean cancelled() {
            lock.lock();
            try {
                return cancelled;
            } finally {
                lock.unlock();
            }
        }

        /** Has something stopped at once when the offer is withdrawn or replaced. */
        void onCancel(Runnable stop) {
            boolean already;
            lock.lock();
            try {
                onCancel = stop;
                already = cancelled;
            } finally {
                lock.unlock();
            }
            if (already) {
                stop.run();
            }
        }

        /** From here on it is too late to withdraw; false if that has happened. */
        boolean beginSwitch() {
            lock.lock();
            try {
                switching = !cancelled;
                return switching;
            } finally {
                lock.unlock();
            }
        }

        /** The switch did not come about. */
        void endSwitch() {
            lock.lock();
            try {
                switching = false;
            } finally {
                lock.unlock();
            }
        }

        /** Nothing more can be done about it, until somebody says something. */
        void rest() {
            lock.lock();
            try {
                waits = true;
            } finally {
                lock.unlock();
            }
        }
    }

    private final Pause pause;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Pending current;
    private @Nullable Thread resting;
    private boolean closed;

    OfferDesk(Pause pause) {
        this.pause = pause;
    }

    /** An offer came. The one that is worked on already goes on. */
    void put(UpdateOffer.Standing offer) {
        @Nullable Runnable stop = null;
        lock.lock();
        try {
            @Nullable Pending before = current;
            if (before != null && before.switching) {
                return;
            }
            if (before != null && !before.cancelled && before.offer.equals(offer)) {
                // Sent again, as at each connection: what waits is looked at again.
                before.waits = false;
            } else {
                stop = cancel(before);
                current = new Pending(offer);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (stop != null) {
            stop.run();
        }
    }

    /** What was offered is offered no more. */
    void withdraw(UUID rollout) {
        @Nullable Runnable stop = null;
        lock.lock();
        try {
            @Nullable Pending before = current;
            if (before != null && before.offer.rollout().equals(rollout) && !before.switching) {
                stop = cancel(before);
                current = null;
            }
        } finally {
            lock.unlock();
        }
        if (stop != null) {
            stop.run();
        }
    }

    private @Nullable Runnable cancel(@Nullable Pending before) {
        if (before == null) {
            return null;
        }
        before.cancelled = true;
        if (resting != null) {
            resting.interrupt();
        }
        return before.onCancel;
    }

    /** The owner has said so at the device. */
    boolean approve(UUID rollout) {
        lock.lock();
        try {
            @Nullable Pending asked = current;
            if (asked == null || !asked.offer.rollout().equals(rollout)) {
                return false;
            }
            asked.approved = true;
            asked.waits = false;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether this rollout's offer stands. */
    boolean stands(UUID rollout) {
        lock.lock();
        try {
            return current != null && current.offer.rollout().equals(rollout);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for an offer that can be worked on. */
    Pending take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                @Nullable Pending some = current;
                if (some != null && !some.waits) {
                    return some;
                }
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass, at most until the offer is withdrawn or replaced. */
    void rest(Pending pending, Duration wait) throws InterruptedException {
        lock.lock();
        try {
            if (pending.cancelled) {
                return;
            }
            resting = Thread.currentThread();
        } finally {
            lock.unlock();
        }
        try {
            pause.rest(wait);
        } catch (InterruptedException something) {
            if (!pending.cancelled()) {
                throw something;
            }
        } finally {
            lock.lock();
            try {
                resting = null;
                // An interruption that came too late must not end what comes next.
                boolean late = Thread.interrupted();
                if (late && closed) {
                    Thread.currentThread().interrupt();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Nothing is worked on any more; the worker is interrupted after this. */
    void close() {
        @Nullable Runnable stop;
        lock.lock();
        try {
            closed = true;
            stop = current == null ? null : current.onCancel;
        } finally {
            lock.unlock();
        }
        if (stop != null) {
            stop.run();
        }
    }
}
