/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.protocol.DeviceSerial;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Lets one request per device through at a time, so that two copies of a request that arrive
 * together do not both look, find nothing, and both have a certificate issued. A fixed number of
 * locks serves all devices: two that share one merely wait for each other.
 */
final class OneAtATime {

    private static final int LOCKS = 256;

    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    interface Step {
        EnrollmentOutcome run() throws EnrollmentRefused;
    }

    EnrollmentOutcome run(DeviceSerial serial, Step step) throws EnrollmentRefused {
        ReentrantLock lock = locks.get(Math.floorMod(serial.hashCode(), LOCKS));
        lock.lock();
        try {
            return step.run();
        } finally {
            lock.unlock();
        }
    }
}
