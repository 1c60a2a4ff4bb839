/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were read lately and have not been changed since, so that they need not be read again:
 * {@link Changes} says why nobody who was told of a change meets what was before it. Only what was
 * found is kept; whoever asks for what is not there leaves nothing here.
 *
 * <p>It is a table of fixed size in which each key has a few places. Keys are ids that the server
 * makes, so nobody can choose whom they push out. Thread-safe without locks: of two that write the
 * same place one is lost, and will be read again.
 *
 * <p>A row also ends by age. Nothing here needs that; it bounds for how long somebody is mistaken
 * who changes the tables by hand.
 *
 * @param <K> what names a row
 * @param <V> what is read of it
 */
final class RememberedRows<K, V> {

    private static final int PLACES_EACH = 4;

    private final AtomicReferenceArray<@Nullable Kept<K, V>> table;
    private final long ageNanosMax;
    private final Function<? super V, List<?>> sources;
    private final Changes changes;
    private final LongSupplier nanos;

    private record Kept<K, V>(K key, V value, List<?> sources, long since, long atNanos) {}

    /**
     * Nothing is remembered yet.
     *
     * @param sources the ids of all rows that a value was read from
     * @param nanos a clock that is never set
     */
    RememberedRows(
            int countMax,
            Duration ageMax,
            Function<? super V, List<?>> sources,
            Changes changes,
            LongSupplier nanos) {
        this.table = new AtomicReferenceArray<>(countMax);
        this.ageNanosMax = ageMax.toNanos();
        this.sources = sources;
        this.changes = changes;
        this.nanos = nanos;
    }

    /**
     * What the reading gives, or gave the last time if that still stands.
     *
     * @param serves whether what is remembered may be used here; if not, it is read anew
     */
    Optional<V> row(K key, Predicate<? super V> serves, Supplier<Optional<V>> reading) {
        int first = firstPlace(key);
        for (int i = 0; i < PLACES_EACH; i++) {
            Kept<K, V> kept = table.get(place(first, i));
            if (kept != null && kept.key.equals(key) && stands(kept)) {
                if (serves.test(kept.value)) {
                    return Optional.of(kept.value);
                }
                break;
            }
        }
        long since = changes.current();
        Optional<V> read = reading.get();
        if (read.isPresent()) {
            V value = read.get();
            keep(new Kept<>(key, value, sources.apply(value), since, nanos.getAsLong()));
        }
        return read;
    }

    /** Keeps it, in the place of the one that is least worth keeping. */
    private void keep(Kept<K, V> fresh) {
        int first = firstPlace(fresh.key);
        int best = first;
        long leastWorth = Long.MAX_VALUE;
        for (int i = 0; i < PLACES_EACH; i++) {
            long worth = worth(table.get(place(first, i)), fresh);
            if (worth < leastWorth) {
                best = place(first, i);
                leastWorth = worth;
            }
        }
        table.set(best, fresh);
    }

    /** An earlier reading of the same goes first, then what serves no more, then the oldest. */
    private long worth(@Nullable Kept<K, V> there, Kept<K, V> fresh) {
        if (there != null && there.key.equals(fresh.key)) {
            return Long.MIN_VALUE;
        }
        if (there == null || !stands(there)) {
            return Long.MIN_VALUE + 1;
        }
        return there.atNanos - fresh.atNanos;
    }

    private boolean stands(Kept<K, V> kept) {
        return nanos.getAsLong() - kept.atNanos < ageNanosMax
                && changes.stand(kept.since, kept.sources);
    }

    private int firstPlace(K key) {
        int hash = key.hashCode();
        return Math.floorMod(hash ^ (hash >>> 16), table.length());
    }

    private int place(int first, int offset) {
        return (first + offset) % table.length();
    }
}
