/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.Pause;
import dev.breakwater.device.tamper.TamperResponse;
import dev.breakwater.fishtank.hardware.TankButton;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the lid and the button ten times a second. How long the button is held it counts in
 * looks and by no clock: the tank's jumps when it hears of the time, and nobody's tank is to be
 * erased by that.
 */
final class TankGuard {

    static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /** Looks for which the button is held until letting it go begins the set-up: three seconds. */
    static final int SET_UP_LOOKS = 30;

    /** Looks for which it is held until the tank is erased: ten seconds. */
    static final int ERASURE_LOOKS = 100;

    /** What was noticed. */
    enum Sign {
        /** The button was held for three seconds and let go. */
        SET_UP_WANTED,

        /** The button is held for ten seconds. */
        ERASURE_WANTED,

        /** The lid was opened, and the tank has erased itself. */
        ERASED,

        /** The lid was opened, and the tank has to stop. */
        STOPPED
    }

    private static final Logger LOG = LoggerFactory.getLogger(TankGuard.class);

    private final TankButton button;
    private final TamperResponse response;
    private final Pause pause;
    private final Predicate<Sign> duty;
    private final Thread thread = Thread.ofVirtual().name("fishtank-guard").unstarted(this::watch);
    private int heldLooks;
    private boolean buttonIsBlind;

    /**
     * A guard that does not watch yet.
     *
     * @param duty is told each sign, on the guard's thread, and says whether the guard goes off
     */
    TankGuard(TankButton button, TamperResponse response, Pause pause, Predicate<Sign> duty) {
        this.button = button;
        this.response = response;
        this.pause = pause;
        this.duty = duty;
    }

    /** Begins to watch. */
    void start() {
        thread.start();
    }

    private void watch() {
        try {
            while (!(lidEnds() || buttonEnds())) {
                pause.rest(LOOK_EVERY);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean lidEnds() {
        try {
            return switch (response.look()) {
                case TamperResponse.Outcome.Calm() -> false;
                case TamperResponse.Outcome.Erased(_, _) -> duty.test(Sign.ERASED);
                case TamperResponse.Outcome.Stopped(_) -> duty.test(Sign.STOPPED);
            };
        } catch (IOException again) {
            LOG.error("The response to tampering failed, and is tried again", again);
            return false;
        }
    }

    private boolean buttonEnds() {
        if (isPressed()) {
            heldLooks++;
            // The press that has been told is not told again while it lasts.
            return heldLooks == ERASURE_LOOKS && duty.test(Sign.ERASURE_WANTED);
        }
        boolean longEnough = heldLooks >= SET_UP_LOOKS && heldLooks < ERASURE_LOOKS;
        heldLooks = 0;
        return longEnough && duty.test(Sign.SET_UP_WANTED);
    }

    private boolean isPressed() {
        try {
            boolean pressed = button.isPressed();
            buttonIsBlind = false;
            return pressed;
        } catch (IOException blind) {
            if (!buttonIsBlind) {
                LOG.warn("The button cannot be read: {}", blind.getMessage());
            }
            buttonIsBlind = true;
            return false;
        }
    }

    /** Goes off; returns when it watches no more, unless its own duty calls this. */
    void goOff() throws InterruptedException {
        if (!Thread.currentThread().equals(thread)) {
            thread.interrupt();
            thread.join();
        }
    }
}
