/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which edition of a file of metadata is meant.
 *
 * @param version its version
 * @param length its bytes, if the writer says so
 * @param hashes its hashes, if the writer says so
 */
public record FileEdition(long version, OptionalLong length, Optional<FileHashes> hashes) {

    /** Refuses versions and lengths out of reach. */
    public FileEdition {
        if (version < 1 || version > MetadataLimits.NUMBER_MAX) {
            throw new IllegalArgumentException(
                    "a version must be 1 to " + MetadataLimits.NUMBER_MAX);
        }
        if (length.isPresent() && length.getAsLong() < 1) {
            throw new IllegalArgumentException(
                    "a file of metadata must have a length of 1 or more");
        }
    }

    /** The edition that a file is, with length and hash. */
    public static FileEdition of(long version, byte[] file) {
        return new FileEdition(
                version, OptionalLong.of(file.length), Optional.of(FileHashes.sha256(file)));
    }

    /** Whether a file has the length and the hashes that are listed, if any are. */
    public boolean fits(byte[] file) {
        return (length.isEmpty() || length.getAsLong() == file.length)
                && (hashes.isEmpty() || hashes.get().areOf(file));
    }
}
