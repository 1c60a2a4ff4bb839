/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.UpdateLine;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tells the server and the product's listener how updates go. */
final class UpdateTold {

    private final UpdateLine line;
    private final UpdateListener listener;

    UpdateTold(UpdateLine line, UpdateListener listener) {
        this.line = line;
        this.listener = listener;
    }

    /** Tells it; whether the server gets it nobody waits for. */
    void say(UpdateStatus status) {
        listener.told(status);
        var _ = line.tell(status);
    }

    void asked(OfferedUpdate update) {
        listener.asked(update);
    }

    /** Tells it and waits until the server has it; false if it never will. */
    boolean sayForSure(UpdateStatus status) throws InterruptedException {
        listener.told(status);
        try {
            return line.tell(status).get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("what is told never fails", impossible);
        }
    }

    /** Tells it and waits for a while, for what comes next happens anyway. */
    void sayWithin(UpdateStatus status, Duration timeMax) throws InterruptedException {
        listener.told(status);
        try {
            var _ = line.tell(status).get(timeMax.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException away) {
            // The server learns it from what runs after the restart.
            Thread.onSpinWait();
        }
    }
}
