/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.server.identity.ProductId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A repository as people see it.
 *
 * @param onlineKey the server's key, as root and the director's delegation have to list it
 * @param onlinePublicKey the same as SubjectPublicKeyInfo
 * @param advice what its signers could do better or have to do soon, in sentences
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RepositoryView(
        ProductId product,
        MetadataKey onlineKey,
        byte[] onlinePublicKey,
        Optional<Edition> root,
        Optional<Edition> targets,
        Optional<Edition> snapshot,
        Optional<Edition> timestamp,
        List<String> advice) {

    /** Copies the list. */
    public RepositoryView {
        advice = List.copyOf(advice);
    }

    /** A file that is current, and from when on it must not be believed. */
    public record Edition(long version, Instant expires) {}

    /** What If-Match asks for; 0 while there are no targets. */
    public long targetsVersion() {
        return targets.map(Edition::version).orElse(0L);
    }
}
