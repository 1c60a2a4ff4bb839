/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import java.io.IOException;

/** Counts what changes a medium or a TPM, and goes off before or after one of these steps. */
final class PowerSupply {

    private int stepsLeft = Integer.MAX_VALUE;
    private boolean done;
    private boolean on = true;
    private int steps;

    /**
     * The power goes at a step, counted from 0.
     *
     * @param done whether the step itself is still done, though nobody hears of it
     */
    synchronized void cutAt(int step, boolean done) {
        this.stepsLeft = step;
        this.done = done;
    }

    synchronized void switchOn() {
        on = true;
        stepsLeft = Integer.MAX_VALUE;
        steps = 0;
    }

    synchronized int steps() {
        return steps;
    }

    synchronized boolean isOn() {
        return on;
    }

    void requireOn() throws IOException {
        if (!isOn()) {
            throw new IOException("the power is off");
        }
    }

    /** One step. */
    synchronized void step(Runnable change) throws IOException {
        requireOn();
        steps++;
        if (stepsLeft-- > 0) {
            change.run();
            return;
        }
        if (done) {
            change.run();
        }
        on = false;
        throw new IOException("the power goes");
    }
}
