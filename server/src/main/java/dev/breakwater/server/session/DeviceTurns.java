/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.protocol.DeviceId;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread at a time read what a device should get and hand it over, so that what was stored
 * later is also sent later. {@link #take} blocks and belongs on virtual threads.
 */
public final class DeviceTurns {

    /** Devices share locks: a fixed number of them cannot grow with the fleet. */
    private static final int LOCKS = 256;

    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /** Turns of their own, independent of any other instance's. */
    public DeviceTurns() {
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** Waits for the device's turn and runs the work in it. */
    public void take(DeviceId device, Runnable work) {
        ReentrantLock lock = of(device);
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /** Runs work that does not block, if it is the device's turn at this moment. Never waits. */
    public boolean tryTake(DeviceId device, Runnable work) {
        ReentrantLock lock = of(device);
        if (!lock.tryLock()) {
            return false;
        }
        try {
            work.run();
        } finally {
            lock.unlock();
        }
        return true;
    }

    private ReentrantLock of(DeviceId device) {
        return locks[Math.floorMod(device.hashCode(), LOCKS)];
    }
}
