/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import java.util.Optional;

/**
 * What somebody hands in, to the byte: a root, a file of targets, or both together, which come into
 * force in the same moment.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HandedIn(Optional<RootFile> root, Optional<byte[]> targets) {

    /**
     * A root.
     *
     * @param version which one whoever hands it in says that it is
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record RootFile(long version, byte[] content) {}

    /** A root alone. */
    public static HandedIn root(long version, byte[] content) {
        return new HandedIn(Optional.of(new RootFile(version, content)), Optional.empty());
    }

    /** Targets alone. */
    public static HandedIn targets(byte[] content) {
        return new HandedIn(Optional.empty(), Optional.of(content));
    }

    /** A root and the targets that go with it. */
    public static HandedIn together(long version, byte[] root, byte[] targets) {
        return new HandedIn(Optional.of(new RootFile(version, root)), Optional.of(targets));
    }

    boolean isEmpty() {
        return root.isEmpty() && targets.isEmpty();
    }
}
