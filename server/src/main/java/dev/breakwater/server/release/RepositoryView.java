/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.server.identity.ProductId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A repository as people see it.
 *
 * @param onlineKeys the server's keys, the oldest first; none before the first was made
 * @param advice what its signers could do better or have to do soon, in sentences
 */
public record RepositoryView(
        ProductId product,
        List<Key> onlineKeys,
        Optional<Edition> root,
        Optional<Edition> targets,
        Optional<Edition> snapshot,
        Optional<Edition> timestamp,
        List<String> advice) {

    /** Copies the lists. */
    public RepositoryView {
        onlineKeys = List.copyOf(onlineKeys);
        advice = List.copyOf(advice);
    }

    /** What becomes of a key of the server. */
    public enum KeyState {
        /** Neither root nor targets name it; the next ones may. */
        PREPARED,
        /** Root or targets name it, and no newer one. */
        IN_FORCE,
        /** Root or targets name it, and the other of the two names a newer one already. */
        GOING;

        /** The name in the API, e.g. {@code in-force}. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * A key of the server.
     *
     * @param listed as root and the director's delegation have to list it
     * @param publicKey the same as SubjectPublicKeyInfo
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Key(MetadataKey listed, byte[] publicKey, KeyState state, Instant createdAt) {}

    /** A file that is current, and from when on it must not be believed. */
    public record Edition(long version, Instant expires) {}

    /** What If-Match asks for; 0 while there are no targets. */
    public long targetsVersion() {
        return targets.map(Edition::version).orElse(0L);
    }
}
