/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The private keys of one recipient: envelopes to any of them open, and others are told to seal to
 * the newest. A rotation adds one before its validity begins, and takes an old one off when nothing
 * sealed to it can still be under way. Immutable; {@link Opener} has the present one.
 */
public final class KeyRing {

    /** The most keys: with one a month, more than a year of late messages. */
    public static final int KEYS_MAX = 16;

    private final Map<KeyId, RecipientKeyPair> pairs;

    private KeyRing(Map<KeyId, RecipientKeyPair> pairs) {
        this.pairs = pairs;
    }

    /**
     * A ring of these keys.
     *
     * @throws IllegalArgumentException if there is none, there are more than {@value #KEYS_MAX}, or
     *     two have the same id
     */
    public static KeyRing of(List<RecipientKeyPair> pairs) {
        if (pairs.isEmpty() || pairs.size() > KEYS_MAX) {
            throw new IllegalArgumentException(
                    "a key ring has 1 to %d keys, not %d".formatted(KEYS_MAX, pairs.size()));
        }
        Map<KeyId, RecipientKeyPair> byId = LinkedHashMap.newLinkedHashMap(pairs.size());
        for (RecipientKeyPair pair : pairs) {
            KeyId id = pair.published().id();
            if (byId.putIfAbsent(id, pair) != null) {
                throw new IllegalArgumentException("two keys of the ring have the id " + id);
            }
        }
        return new KeyRing(byId);
    }

    /**
     * This ring and one more key.
     *
     * @throws IllegalArgumentException if the ring is full or has the key
     */
    public KeyRing with(RecipientKeyPair pair) {
        List<RecipientKeyPair> more = new ArrayList<>(pairs.values());
        more.add(pair);
        return of(more);
    }

    /**
     * This ring without the keys that ended at this instant or before; the caller destroys them.
     * What was sealed to them opens no more.
     *
     * @throws IllegalArgumentException if none were left
     */
    public KeyRing withoutEnded(Instant instant) {
        return of(
                pairs.values().stream()
                        .filter(pair -> pair.published().validity().notAfter().isAfter(instant))
                        .toList());
    }

    /** What those who seal get: all public keys, in the order in which they were added. */
    public List<RecipientKey> published() {
        return pairs.values().stream().map(RecipientKeyPair::published).toList();
    }

    Optional<RecipientKeyPair> find(KeyId id) {
        return Optional.ofNullable(pairs.get(id));
    }
}
