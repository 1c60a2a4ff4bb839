/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.envelope.KeyId;
import dev.breakwater.protocol.envelope.KeyRing;
import dev.breakwater.protocol.envelope.Opener;
import dev.breakwater.protocol.envelope.RecipientKeyPair;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One organization's keys in memory; others take their place when they change.
 *
 * @param pairs those that the server holds
 * @param opener opens with the pairs; empty where there are none
 */
record HeldKeys(
        List<EnvelopeKey> keys,
        Map<KeyId, EnvelopeKey> byName,
        Map<EnvelopeKeyId, RecipientKeyPair> pairs,
        Optional<Opener> opener) {

    static final HeldKeys NONE = new HeldKeys(List.of(), Map.of(), Map.of(), Optional.empty());

    /** Copies. */
    HeldKeys {
        keys = List.copyOf(keys);
        byName = Map.copyOf(byName);
        pairs = Map.copyOf(pairs);
    }

    /**
     * What is held from now on. The opener stays, with what it remembers, and so do pairs that are
     * in both; those that are not are wiped, and whoever opens with one at this moment finds that
     * nothing opens.
     */
    HeldKeys replacedBy(
            List<EnvelopeKey> next,
            Map<EnvelopeKeyId, RecipientKeyPair> nextPairs,
            Function<KeyRing, Opener> begun) {
        Optional<Opener> nextOpener = Optional.empty();
        if (!nextPairs.isEmpty()) {
            KeyRing ring = KeyRing.of(List.copyOf(nextPairs.values()));
            opener.ifPresent(some -> some.use(ring));
            nextOpener = opener.or(() -> Optional.of(begun.apply(ring)));
        }
        pairs.forEach(
                (id, pair) -> {
                    if (!nextPairs.containsKey(id)) {
                        pair.destroy();
                    }
                });
        return new HeldKeys(
                next,
                next.stream().collect(Collectors.toMap(key -> key.key().id(), key -> key)),
                nextPairs,
                nextOpener);
    }

    @Nullable EnvelopeKey named(KeyId name) {
        return byName.get(name);
    }
}
