/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.Latencies;
import dev.breakwater.protocol.mqtt.PubAck;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** What all devices together have done. Any thread. */
final class Tally {

    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicReference<Latencies> latencies = new AtomicReference<>(new Latencies());

    /** Counts an answer to a PUBLISH; whether it was a good one. */
    boolean count(PubAck answer, long tookNanos) {
        latencies.get().add(tookNanos);
        if (answer.reasonCode().isFailure()) {
            refused.increment();
            return false;
        }
        acknowledged.increment();
        return true;
    }

    long acknowledged() {
        return acknowledged.sum();
    }

    long refused() {
        return refused.sum();
    }

    /** Collects times here from now on. */
    void restartInto(Latencies next) {
        latencies.set(next);
    }

    /** Begins to collect times anew; returns those so far. */
    Latencies.Sorted restart() {
        return latencies.getAndSet(new Latencies()).sorted();
    }
}
