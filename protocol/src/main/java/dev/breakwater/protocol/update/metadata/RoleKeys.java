/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whose signatures a role needs.
 *
 * @param keys each once
 * @param threshold how many different ones have to sign; it may be more than there are, and then
 *     nothing is signed as it should be
 */
public record RoleKeys(List<MetadataKey> keys, int threshold) {

    /** Refuses a threshold of nothing, and a key that is listed twice. */
    public RoleKeys {
        keys = List.copyOf(keys);
        if (threshold < 1 || threshold > MetadataLimits.THRESHOLD_MAX) {
            throw new IllegalArgumentException(
                    "a threshold must be 1 to " + MetadataLimits.THRESHOLD_MAX);
        }
        if (keys.stream().map(MetadataKey::id).distinct().count() != keys.size()) {
            throw new IllegalArgumentException("a role must list each key once");
        }
    }

    /** Whether a key counts for this role that does not for the other. */
    public boolean hasKeyMissingIn(RoleKeys other) {
        return !other.materials().containsAll(materials());
    }

    private Set<ByteBuffer> materials() {
        Set<ByteBuffer> materials = new HashSet<>();
        for (MetadataKey key : keys) {
            key.material().ifPresent(materials::add);
        }
        return materials;
    }

    /** Counts keys, not ids and not signatures: one key under two ids is one. */
    void requireSigned(byte[] message, List<FileSignature> signatures, String noun)
            throws WrongSignatures {
        Map<KeyId, MetadataKey> byId = new HashMap<>();
        keys.forEach(key -> byId.put(key.id(), key));
        Set<ByteBuffer> signers = new HashSet<>();
        for (FileSignature signature : signatures) {
            Optional<MetadataKey> key = Optional.ofNullable(byId.get(signature.keyId()));
            key.filter(listed -> listed.hasSigned(message, signature.bytes()))
                    .flatMap(MetadataKey::material)
                    .ifPresent(signers::add);
        }
        if (signers.size() < threshold) {
            throw new WrongSignatures(
                    "%s must be signed by %d of its keys, and is by %d"
                            .formatted(noun, threshold, signers.size()));
        }
    }
}
