/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import dev.breakwater.protocol.setup.exchange.DeviceReport;
import dev.breakwater.protocol.setup.exchange.ServerPlace;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.setup.exchange.SetupState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Where the server's threads and the one that sets up meet: the state, the tries and the time that
 * are left, and the one request that is worked on. Safe for use by many threads.
 */
final class SetupDesk {

    /** What became of a request that was handed in. */
    enum Taken {
        TAKEN,
        BUSY,
        CLOSED
    }

    private final DeviceReport plate;
    private final InstantSource time;
    private final Instant end;
    private final SetupWatcher watcher;
    private SetupState state = SetupState.WAITING;
    private Optional<SetupFailure> failure = Optional.empty();
    private Optional<SetupRequest> handedIn = Optional.empty();
    private Optional<SetupOutcome> outcome = Optional.empty();
    private int triesLeft;
    private boolean timeUp;
    private boolean doneWasTold;

    /**
     * A desk that opens now.
     *
     * @param plate what the device says of itself, in the state in which it begins
     */
    SetupDesk(DeviceReport plate, InstantSource time, SetupWatcher watcher) {
        this.plate = plate;
        this.time = time;
        this.end = time.instant().plusSeconds(plate.secondsLeft());
        this.triesLeft = plate.triesLeft();
        this.watcher = watcher;
    }

    /** How it stands. */
    synchronized DeviceReport report() {
        Duration left = Duration.between(time.instant(), end);
        return new DeviceReport(
                plate.serial(),
                plate.product(),
                plate.firmware(),
                state,
                failure,
                triesLeft,
                Math.max(0, left.toSeconds()));
    }

    /** Takes a request, if there is none at work and the desk is open. */
    synchronized Taken handIn(SetupRequest request) {
        if (outcome.isPresent() || triesLeft == 0 || timeUp) {
            return Taken.CLOSED;
        }
        if (!state.takesRequests()) {
            return Taken.BUSY;
        }
        handedIn = Optional.of(request);
        failure = Optional.empty();
        enter(SetupState.JOINING);
        return Taken.TAKEN;
    }

    /** Somebody sent what is no request: a wrong try. */
    synchronized void refused() {
        spendTry();
        if (triesLeft == 0 && state.takesRequests()) {
            outcome = Optional.of(new SetupOutcome.TriesSpent());
        }
        notifyAll();
    }

    /** The time is up; an attempt at work is finished first. */
    synchronized void timeIsUp() {
        timeUp = true;
        if (state.takesRequests()) {
            outcome = Optional.of(new SetupOutcome.TimeUp());
        }
        notifyAll();
    }

    /** Waits for the next request, or for the end. */
    synchronized Optional<SetupRequest> next() throws InterruptedException {
        while (handedIn.isEmpty() && outcome.isEmpty()) {
            wait();
        }
        Optional<SetupRequest> request = handedIn;
        handedIn = Optional.empty();
        return request;
    }

    /** Whether it takes another request. */
    synchronized boolean isOpen() {
        return outcome.isEmpty();
    }

    /** How it ended, after {@link #next} gave nothing or {@link #done}. */
    synchronized SetupOutcome outcome() {
        return outcome.orElseThrow(() -> new IllegalStateException("set-up has not ended"));
    }

    synchronized void joined() {
        enter(SetupState.ENROLLING);
    }

    /** The attempt failed; that it was a wrong try keeps others from guessing by it. */
    synchronized void failed(SetupFailure why) {
        spendTry();
        failure = Optional.of(why);
        enter(SetupState.FAILED);
        if (triesLeft == 0) {
            outcome = Optional.of(new SetupOutcome.TriesSpent());
        } else if (timeUp) {
            outcome = Optional.of(new SetupOutcome.TimeUp());
        }
    }

    synchronized void done(ServerPlace server) {
        outcome = Optional.of(new SetupOutcome.Done(server));
        enter(SetupState.DONE);
    }

    /** Waits until {@link #doneWasTold}. */
    synchronized void awaitDoneWasTold() throws InterruptedException {
        while (!doneWasTold) {
            wait();
        }
    }

    /** Somebody who asked was told that it is done, or there was time enough to ask. */
    synchronized void doneWasTold() {
        doneWasTold = true;
        notifyAll();
    }

    private void spendTry() {
        triesLeft = Math.max(0, triesLeft - 1);
    }

    private void enter(SetupState next) {
        state = next;
        notifyAll();
        watcher.reached(next);
    }
}
