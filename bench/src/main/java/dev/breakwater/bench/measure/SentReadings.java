/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceIdentity;
import java.util.BitSet;

/** What one device has sent and what was acknowledged. Used by one thread at a time. */
final class SentReadings {

    private final DeviceIdentity device;
    private final BitSet acknowledged = new BitSet();
    private int next;

    SentReadings(DeviceIdentity device) {
        this.device = device;
    }

    DeviceIdentity device() {
        return device;
    }

    int nextNumber() {
        return next++;
    }

    void acknowledged(int number) {
        acknowledged.set(number);
    }

    /** A copy of the numbers that were acknowledged. */
    BitSet acknowledged() {
        return (BitSet) acknowledged.clone();
    }
}
