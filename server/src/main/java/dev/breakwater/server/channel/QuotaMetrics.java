/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.quota.Quota;
import dev.breakwater.server.quota.Quotas;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted about devices that exceed their quotas. */
final class QuotaMetrics {

    private final MeterRegistry meters;
    private final AtomicInteger notReadFrom = new AtomicInteger();
    private final Map<Quota, Counter> slowed;
    private final Map<Quota, Counter> told;
    private final Map<Quota, Counter> cut;

    QuotaMetrics(MeterRegistry meters, Quotas quotas) {
        this.meters = meters;
        Gauge.builder("breakwater.quota.devices", quotas, Quotas::devices)
                .description("Devices whose use is remembered")
                .register(meters);
        Gauge.builder("breakwater.quota.slowed.now", notReadFrom, AtomicInteger::get)
                .description("Connections that are not read from because of a quota")
                .register(meters);
        this.slowed = steps("breakwater.quota.slowed", "Times that a device began to be slowed");
        this.told = steps("breakwater.quota.told", "Times that a device was told of a quota");
        this.cut = steps("breakwater.quota.cut", "Sessions ended because of a quota");
    }

    private Map<Quota, Counter> steps(String name, String description) {
        Map<Quota, Counter> counters = new EnumMap<>(Quota.class);
        for (Quota quota : Quota.values()) {
            if (quota == Quota.PUBLISHES_PER_SECOND || quota == Quota.BYTES_PER_SECOND) {
                counters.put(
                        quota,
                        Counter.builder(name)
                                .description(description)
                                .tag("quota", quota.code())
                                .register(meters));
            }
        }
        return counters;
    }

    void slowed(Quota quota) {
        count(slowed, quota);
    }

    void told(Quota quota) {
        count(told, quota);
    }

    void cut(Quota quota) {
        count(cut, quota);
    }

    /** A connection is not read from any more. */
    void pauseBegan() {
        notReadFrom.incrementAndGet();
    }

    /** It is read from again, or gone. */
    void pauseEnded() {
        notReadFrom.decrementAndGet();
    }

    private static void count(Map<Quota, Counter> counters, Quota quota) {
        Counter counter = counters.get(quota);
        if (counter != null) {
            counter.increment();
        }
    }
}
