/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.limits.TokenRate;
import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What each source has asked for lately beyond what anybody may ask at any time. It refuses nobody:
 * where not all can be served, those who owe nothing come before those who do. Thread-safe.
 *
 * <p>The table is bounded, and the longest unseen source is forgotten first: an attacker with that
 * many addresses owes little with each, and stands beside the others instead of behind them.
 */
public final class SourceDebts {

    private static final int SOURCES_MAX = 16_384;

    private final TokenRate rate;
    private final LongSupplier nanos;
    private final Map<SourceNetwork, Long> buckets =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Serial private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<SourceNetwork, Long> eldest) {
                    return size() > SOURCES_MAX;
                }
            };

    /**
     * Nobody owes anything yet.
     *
     * @param rate what each source may ask for without owing, and how much of it at once
     * @param nanos a clock that is never set
     */
    public SourceDebts(TokenRate rate, LongSupplier nanos) {
        this.rate = rate;
        this.nanos = nanos;
    }

    /** Somebody asks for so much more; returns how long it takes until the source owes nothing. */
    public long askedBy(SourceNetwork source, int units) {
        long now = nanos.getAsLong();
        synchronized (buckets) {
            long bucket = rate.spend(buckets.getOrDefault(source, 0L), units, now);
            buckets.put(source, bucket);
            return rate.debtNanos(bucket, now);
        }
    }

    /** Takes back what a source was charged with and does not owe after all. */
    void returned(SourceNetwork source, int units) {
        long now = nanos.getAsLong();
        synchronized (buckets) {
            buckets.computeIfPresent(source, (_, bucket) -> rate.spend(bucket, -units, now));
        }
    }
}
