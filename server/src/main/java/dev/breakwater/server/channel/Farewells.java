/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.FarewellReason;
import java.time.Duration;
import java.util.Collection;

/**
 * Sends devices away one after the other when the server stops, so that neither the server nor the
 * network has to close ten thousand connections in one moment. Each device is told a moment of its
 * own for its return ({@link ReconnectHints}).
 */
final class Farewells {

    private static final Duration STEP = Duration.ofMillis(100);

    /** So few need no spreading. */
    private static final int AT_ONCE = 200;

    private Farewells() {}

    /**
     * Says farewell to all. Blocks for no longer than {@code time}, and not at all if they are few.
     */
    static void say(Collection<DeviceSession> sessions, Duration time) {
        long steps = Math.max(1, time.dividedBy(STEP));
        long perStep = Math.max(AT_ONCE, Math.ceilDiv(sessions.size(), steps));
        long said = 0;
        for (DeviceSession session : sessions) {
            if (said > 0 && said % perStep == 0 && !Thread.currentThread().isInterrupted()) {
                rest();
            }
            session.close(FarewellReason.SERVER_STOPPING);
            said++;
        }
    }

    private static void rest() {
        try {
            Thread.sleep(STEP);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
