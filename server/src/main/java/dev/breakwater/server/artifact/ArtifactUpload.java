/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import dev.breakwater.server.durability.StorageUnavailable;

/**
 * An artifact on its way in, in order and in parts. It holds nothing open: whoever has lost it
 * {@linkplain ArtifactStore#begin begins} again and goes on. Every method blocks, and throws {@link
 * StorageUnavailable} if the disk does not do it.
 */
public interface ArtifactUpload {

    /** The hash that the whole must have. */
    ArtifactHash wanted();

    /** Bytes of the whole. */
    long length();

    /** How many bytes have arrived and are on disk; the offset of the next part. */
    long received();

    /**
     * Takes the next part. It is on disk when this returns.
     *
     * @param offset where it belongs; must be what has been received so far
     */
    Appended append(long offset, byte[] part);

    /** Compares the hash and makes it an artifact. The bytes are dropped if the hash is another. */
    Finished finish();

    /** Drops what has arrived. */
    void abandon();

    /** What became of a part. */
    sealed interface Appended {

        /** It is on disk. */
        record Taken(long received) implements Appended {}

        /** It does not begin where the last one ended; nothing was taken. */
        record OutOfOrder(long received) implements Appended {}

        /** The whole would be longer than was said; nothing was taken. */
        record TooLong(long received) implements Appended {}

        /** The upload was finished, abandoned or has expired. */
        record Gone() implements Appended {}
    }

    /** What became of the whole. */
    sealed interface Finished {

        /** It is an artifact, durably. Finishing again says the same. */
        record Stored(StoredArtifact artifact) implements Finished {}

        /** Parts are missing. */
        record Incomplete(long received) implements Finished {}

        /** The bytes have another hash and are gone. */
        record WrongHash(ArtifactHash actual) implements Finished {}

        /** The upload was abandoned or has expired. */
        record Gone() implements Finished {}
    }
}
