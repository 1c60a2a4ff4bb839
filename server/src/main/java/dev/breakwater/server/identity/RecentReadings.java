/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The look-ups of the last minutes, so that a device that comes back need not be read again: {@link
 * RegistryVersion} says why that admits nobody who is out. Only what was found is kept; strangers
 * leave nothing here.
 *
 * <p>It is a table of fixed size in which each fingerprint has a few places. A fingerprint is a
 * hash that only our own authority makes, so nobody can choose whom they push out. Thread-safe
 * without locks: of two that write the same place one is lost, and will be read again.
 *
 * <p>A reading also ends by age. Nothing here needs that; it bounds for how long somebody is
 * mistaken who changes the tables by hand.
 */
final class RecentReadings {

    private static final int PLACES_EACH = 4;

    private final AtomicReferenceArray<@Nullable Reading> table;
    private final long ageMillisMax;
    private final RegistryVersion version;
    private final Clock clock;

    RecentReadings(int countMax, Duration ageMax, RegistryVersion version, Clock clock) {
        this.table = new AtomicReferenceArray<>(countMax);
        this.ageMillisMax = ageMax.toMillis();
        this.version = version;
        this.clock = clock;
    }

    /** What was read of this certificate, if it still stands. */
    Optional<Reading> find(CredentialFingerprint fingerprint) {
        int first = firstPlace(fingerprint);
        for (int i = 0; i < PLACES_EACH; i++) {
            @Nullable Reading reading = table.get(place(first, i));
            if (reading != null && isOf(reading, fingerprint)) {
                return stands(reading) ? Optional.of(reading) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Keeps it, in the place of the one that is least worth keeping. */
    void keep(Reading fresh) {
        CredentialFingerprint fingerprint = fresh.record().credential().fingerprint();
        int first = firstPlace(fingerprint);
        int best = first;
        long leastWorth = Long.MAX_VALUE;
        for (int i = 0; i < PLACES_EACH; i++) {
            long worth = worth(table.get(place(first, i)), fingerprint);
            if (worth < leastWorth) {
                best = place(first, i);
                leastWorth = worth;
            }
        }
        table.set(best, fresh);
    }

    /** An earlier reading of the same goes first, then what serves no more, then the oldest. */
    private long worth(@Nullable Reading there, CredentialFingerprint fingerprint) {
        if (there == null) {
            return -1;
        }
        if (isOf(there, fingerprint)) {
            return -2;
        }
        return stands(there) ? there.atMillis() : 0;
    }

    private boolean stands(Reading reading) {
        long ageMillis = clock.millis() - reading.atMillis();
        return ageMillis >= 0
                && ageMillis < ageMillisMax
                && version.stands(
                        reading.version(),
                        reading.record().device().id(),
                        reading.record().device().organization());
    }

    private static boolean isOf(Reading reading, CredentialFingerprint fingerprint) {
        return reading.record().credential().fingerprint().equals(fingerprint);
    }

    private int firstPlace(CredentialFingerprint fingerprint) {
        return Math.floorMod(fingerprint.hashCode(), table.length());
    }

    private int place(int first, int offset) {
        return (first + offset) % table.length();
    }
}
