/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

import dev.breakwater.protocol.update.metadata.FileEdition;
import dev.breakwater.protocol.update.metadata.Metadata;
import dev.breakwater.protocol.update.metadata.MetadataLimits;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Snapshot;
import dev.breakwater.protocol.update.metadata.Targets;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Fetches the files that another file announces, in one update (sections 5.5 and 5.6). */
final class Roles {

    private final TrustStore store;
    private final RemoteFiles remote;
    private final BoundedDownload download;
    private final Instant start;
    private final boolean versioned;

    Roles(
            TrustStore store,
            RemoteFiles remote,
            BoundedDownload download,
            Instant start,
            boolean versioned) {
        this.store = store;
        this.remote = remote;
        this.download = download;
        this.start = start;
        this.versioned = versioned;
    }

    /**
     * The targets of a role: what is kept, if it is the edition that snapshot lists; or fetched.
     */
    Targets targets(String role, RoleKeys keys, Snapshot snapshot)
            throws UpdateRefused, IOException {
        String noun = role.equals("targets") ? role : "a role that is delegated to";
        FileEdition wanted =
                snapshot.editionOf(role)
                        .orElseThrow(
                                () ->
                                        new UpdateRefused(
                                                UpdateFault.MISSING,
                                                "snapshot does not list " + noun));
        Optional<byte[]> kept = store.read(role);
        Optional<Targets> trusted = Checks.kept(kept, MetadataReader::targets, keys);
        if (trusted.isPresent() && isStill(trusted.get(), kept.orElseThrow(), wanted)) {
            return trusted.get();
        }
        byte[] file = fetch(role, wanted, MetadataLimits.TARGETS_BYTES_MAX);
        Targets targets = Checks.signed(Checks.read(() -> MetadataReader.targets(file)), keys);
        Checks.version(targets, wanted, noun);
        requireFresh(targets, noun);
        if (kept.isEmpty() || !Arrays.equals(kept.get(), file)) {
            store.write(role, file);
        }
        return targets;
    }

    /** Whether what was kept is what is wanted now, so that nothing has to be fetched. */
    boolean isStill(Metadata trusted, byte[] file, FileEdition wanted) {
        return trusted.version() == wanted.version()
                && wanted.fits(file)
                && trusted.expires().isAfter(start);
    }

    byte[] fetch(String role, FileEdition wanted, int bytesMax) throws UpdateRefused, IOException {
        String name = FileNames.quoted(role) + ".json";
        byte[] file =
                Checks.fetch(
                                remote,
                                download,
                                versioned ? wanted.version() + "." + name : name,
                                Math.min(wanted.length().orElse(bytesMax), bytesMax),
                                "a file of metadata")
                        .orElseThrow(() -> Checks.missing("a role that is listed"));
        if (!wanted.fits(file)) {
            throw new UpdateRefused(
                    UpdateFault.MISMATCHED,
                    "a file of metadata must have the length and the hashes that were announced");
        }
        return file;
    }

    void requireFresh(Metadata metadata, String noun) throws UpdateRefused {
        Checks.fresh(metadata, start, noun);
    }
}
