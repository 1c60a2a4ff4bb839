/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

import dev.breakwater.protocol.update.metadata.FileEdition;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.Metadata;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.SignedFile;
import dev.breakwater.protocol.update.metadata.WrongSignatures;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/** The single checks of the workflow, each with its refusal. */
final class Checks {

    @FunctionalInterface
    interface Reader<T extends Metadata> {
        SignedFile<T> read(byte[] file) throws MalformedMetadata;
    }

    @FunctionalInterface
    interface Reading<T extends Metadata> {
        SignedFile<T> read() throws MalformedMetadata;
    }

    private Checks() {}

    static Optional<byte[]> fetch(
            RemoteFiles remote, BoundedDownload download, String path, long bytesMax, String noun)
            throws UpdateRefused, IOException {
        Optional<InputStream> source = remote.open(path);
        return source.isEmpty()
                ? Optional.empty()
                : Optional.of(download.metadata(source.get(), bytesMax, noun));
    }

    static <T extends Metadata> SignedFile<T> read(Reading<T> reading) throws UpdateRefused {
        try {
            return reading.read();
        } catch (MalformedMetadata malformed) {
            throw new UpdateRefused(
                    UpdateFault.MALFORMED, String.valueOf(malformed.getMessage()), malformed);
        }
    }

    static <T extends Metadata> T signed(SignedFile<T> file, RoleKeys keys) throws UpdateRefused {
        try {
            return file.verifiedBy(keys);
        } catch (WrongSignatures wrong) {
            throw new UpdateRefused(
                    UpdateFault.WRONG_SIGNATURES, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** What was kept, if it is still worth anything: altered at rest, it is as if it were gone. */
    static <T extends Metadata> Optional<T> kept(
            Optional<byte[]> file, Reader<T> reader, RoleKeys keys) {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(file.get()).verifiedBy(keys));
        } catch (MalformedMetadata | WrongSignatures worthless) {
            return Optional.empty();
        }
    }

    /** Stops a freeze. */
    static void fresh(Metadata metadata, Instant start, String noun) throws UpdateRefused {
        if (!metadata.expires().isAfter(start)) {
            throw new UpdateRefused(
                    UpdateFault.EXPIRED,
                    "%s version %d has expired at %s"
                            .formatted(noun, metadata.version(), metadata.expires()));
        }
    }

    /** Stops mix-and-match. */
    static void version(Metadata metadata, FileEdition wanted, String noun) throws UpdateRefused {
        if (metadata.version() != wanted.version()) {
            throw new UpdateRefused(
                    UpdateFault.MISMATCHED,
                    "%s must be version %d, not %d"
                            .formatted(noun, wanted.version(), metadata.version()));
        }
    }

    static UpdateRefused rolledBack(String noun, long version, long trusted) {
        return new UpdateRefused(
                UpdateFault.ROLLED_BACK,
                "%s must be at least version %d, not %d".formatted(noun, trusted, version));
    }

    static UpdateRefused missing(String noun) {
        return new UpdateRefused(UpdateFault.MISSING, "the repository has no file of " + noun);
    }
}
