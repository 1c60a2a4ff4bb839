/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The server's keys for one product, and what each is for. Every signature is made with the key
 * that the file in force names, so that devices find at each moment what they were told to believe.
 *
 * @param all those that there are, by number
 * @param made how many there ever were; numbers do not come back
 */
public record OnlineKeys(List<SealedKey> all, Roles roles, long made) {

    /** Of a product for which none was made yet. */
    public static final OnlineKeys NONE = new OnlineKeys(List.of(), new Roles(0, 0, 0), 0);

    /**
     * Keys by their numbers; 0 where there is none.
     *
     * @param root which one the root in force names for snapshot and timestamp
     * @param director which one the targets in force name for the director
     * @param prepared which one neither names yet; the next root and targets may
     */
    public record Roles(long root, long director, long prepared) {

        /** What they are once root and targets name these. A prepared key that is named is none. */
        Roles naming(long nextRoot, long nextDirector) {
            boolean used = prepared == nextRoot || prepared == nextDirector;
            return new Roles(nextRoot, nextDirector, used ? 0 : prepared);
        }

        /** Whether a key has a role. One without any is destroyed. */
        public boolean hold(long number) {
            return number != 0 && (number == root || number == director || number == prepared);
        }
    }

    /**
     * A key.
     *
     * @param number from 1 for each product; a newer key has a higher one
     * @param publicKey as SubjectPublicKeyInfo
     * @param sealedPrivateKey its private half
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record SealedKey(
            long number, byte[] publicKey, byte[] sealedPrivateKey, Instant createdAt) {}

    /** Copies the list. */
    public OnlineKeys {
        all = List.copyOf(all);
    }

    /** A key by its number; empty if there is none. */
    Optional<SealedKey> find(long number) {
        return all.stream().filter(key -> key.number() == number).findAny();
    }

    /** A key that has to be there, since a file in force names it. */
    SealedKey require(long number) {
        return find(number)
                .orElseThrow(() -> new IllegalStateException("there is no online key " + number));
    }

    /** Those that lose their last role. */
    List<SealedKey> without(Roles next) {
        return all.stream().filter(key -> !next.hold(key.number())).toList();
    }
}
