/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.update.metadata.KeyId;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The server's keys for a product, by number, as files of metadata list them. */
final class ServerKeys {

    private final SortedMap<Long, MetadataKey> listed = new TreeMap<>();

    ServerKeys(OnlineKeys keys) {
        keys.all().forEach(key -> listed.put(key.number(), OnlineKey.listed(key.publicKey())));
    }

    /**
     * The number of the key that a role names, if it names one key alone, and one that it may name:
     * the key that it names so far or a newer one. A key that was replaced does not come back, for
     * it may have been replaced because somebody stole it.
     *
     * @param current what the role names so far; 0 for none
     */
    Optional<Long> namedBy(RoleKeys keys, long current) {
        if (keys.threshold() != 1 || keys.keys().size() != 1) {
            return Optional.empty();
        }
        KeyId id = keys.keys().getFirst().id();
        return listed.tailMap(current).entrySet().stream()
                .filter(key -> key.getValue().id().equals(id))
                .map(Map.Entry::getKey)
                .findAny();
    }

    /** Which keys a role may name that names this one so far, for people. */
    String choices(long current) {
        List<String> ids =
                listed.tailMap(current).values().stream().map(key -> key.id().hex()).toList();
        return String.join(" or ", ids);
    }

    /** Whether any is among a role's, by the key itself, for it may be listed under another id. */
    boolean haveOneIn(RoleKeys keys) {
        return listed.values().stream()
                .anyMatch(key -> !new RoleKeys(List.of(key), 1).hasKeyMissingIn(keys));
    }
}
