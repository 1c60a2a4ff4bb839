/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

import dev.breakwater.protocol.update.metadata.FileEdition;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.MetadataLimits;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.SignedFile;
import dev.breakwater.protocol.update.metadata.Snapshot;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.Timestamp;
import dev.breakwater.protocol.update.metadata.TopRole;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Brings a client's trust up to date with a repository (sections 5.1 to 5.6). One update at a time.
 *
 * <pre>{@code
 * RepositoryClient client =
 *         new RepositoryClient(store, web, clock, System::nanoTime);
 * TrustedRepository repository = client.refresh();
 * Optional<FoundTarget> target = repository.find("tank/1.1.0.img");
 * }</pre>
 */
public final class RepositoryClient {

    private static final String ROOT = TopRole.ROOT.roleName();
    private static final String TIMESTAMP = TopRole.TIMESTAMP.roleName();
    private static final String SNAPSHOT = TopRole.SNAPSHOT.roleName();
    private static final String TARGETS = TopRole.TARGETS.roleName();

    private final TrustStore store;
    private final RemoteFiles remote;
    private final InstantSource clock;
    private final BoundedDownload download;

    /**
     * A client.
     *
     * @param store holds the root it was shipped with, and what it has trusted since
     * @param remote where files of metadata come from
     * @param clock says once an update what time it is
     * @param nanoTime a time that only goes on, in nanoseconds, by which slow data is noticed
     */
    public RepositoryClient(
            TrustStore store, RemoteFiles remote, InstantSource clock, LongSupplier nanoTime) {
        this.store = store;
        this.remote = remote;
        this.clock = clock;
        this.download = new BoundedDownload(nanoTime);
    }

    /**
     * Fetches what is newer, checks it, and keeps it, file by file. When it fails, what was checked
     * until then is kept, and the next update begins from there.
     *
     * <p>Keys may be rotated between the fetching of root and of what lies below: whoever has the
     * root before finds signatures of keys that it does not name. Then root is asked for once more,
     * and if there is a newer one, the rest begins anew from that.
     *
     * @throws UpdateRefused if something was not as it must be
     * @throws IOException if a file could not be fetched or kept; nothing is said about it
     */
    public TrustedRepository refresh() throws UpdateRefused, IOException {
        Instant start = clock.instant();
        Root root = updatedRoot(trustedRoot(), start);
        try {
            return belowRoot(root, start);
        } catch (UpdateRefused refused) {
            if (refused.fault() != UpdateFault.WRONG_SIGNATURES) {
                throw refused;
            }
            Root newer = updatedRoot(root, start);
            if (newer.version() == root.version()) {
                throw refused;
            }
            return belowRoot(newer, start);
        }
    }

    private TrustedRepository belowRoot(Root root, Instant start)
            throws UpdateRefused, IOException {
        Roles roles = new Roles(store, remote, download, start, root.consistentSnapshot());
        Timestamp timestamp = updatedTimestamp(root, start);
        Snapshot snapshot = updatedSnapshot(root, timestamp, roles);
        Targets targets = roles.targets(TARGETS, root.keysOf(TopRole.TARGETS), snapshot);
        return new TrustedRepository(start, root, snapshot, targets, roles);
    }

    /** Section 5.2: what is trusted to begin with, whether it has expired or not. */
    private Root trustedRoot() throws UpdateRefused, IOException {
        byte[] file =
                store.read(ROOT)
                        .orElseThrow(
                                () ->
                                        new UpdateRefused(
                                                UpdateFault.TRUST_LOST,
                                                "there is no trusted root"));
        try {
            SignedFile<Root> read = MetadataReader.root(file);
            return Checks.signed(read, read.unverified().keysOf(TopRole.ROOT));
        } catch (MalformedMetadata | UpdateRefused damaged) {
            throw new UpdateRefused(
                    UpdateFault.TRUST_LOST,
                    "the trusted root is damaged: " + damaged.getMessage(),
                    damaged);
        }
    }

    /** Section 5.3: from root to root, each signed by the keys of the one before and its own. */
    private Root updatedRoot(Root trusted, Instant start) throws UpdateRefused, IOException {
        Root root = trusted;
        for (int fetched = 0; fetched < UpdateLimits.ROOTS_MAX; fetched++) {
            Optional<byte[]> file =
                    Checks.fetch(
                            remote,
                            download,
                            (root.version() + 1) + ".root.json",
                            MetadataLimits.ROOT_BYTES_MAX,
                            ROOT);
            if (file.isEmpty()) {
                break;
            }
            Root next = nextRoot(root, file.get());
            if (next.version() == root.version()) {
                // Section 5.3.5: the same again says nothing, and is no reason to stop.
                break;
            }
            if (haveRotated(root, next)) {
                // Before the new root is kept: were the power cut in between, nobody would see the
                // rotation any more, and versions that an attacker drove up would stay for ever.
                store.remove(TIMESTAMP);
                store.remove(SNAPSHOT);
            }
            store.write(ROOT, file.get());
            root = next;
        }
        Checks.fresh(root, start, ROOT);
        return root;
    }

    private static Root nextRoot(Root root, byte[] file) throws UpdateRefused {
        SignedFile<Root> read = Checks.read(() -> MetadataReader.root(file));
        Root next = Checks.signed(read, root.keysOf(TopRole.ROOT));
        Checks.signed(read, next.keysOf(TopRole.ROOT));
        if (next.version() < root.version()) {
            throw Checks.rolledBack(ROOT, next.version(), root.version());
        }
        if (next.version() > root.version() + 1) {
            throw new UpdateRefused(
                    UpdateFault.MISMATCHED,
                    "root must be version %d, not %d"
                            .formatted(root.version() + 1, next.version()));
        }
        return next;
    }

    /**
     * Section 5.3.11, the way back from a fast-forward attack. A key that is only added leaves what
     * the others signed as it was; whoever recovers from an attack takes a key away.
     */
    private static boolean haveRotated(Root root, Root next) {
        return List.of(TopRole.TIMESTAMP, TopRole.SNAPSHOT).stream()
                .anyMatch(role -> root.keysOf(role).hasKeyMissingIn(next.keysOf(role)));
    }

    /** Section 5.4. */
    private Timestamp updatedTimestamp(Root root, Instant start) throws UpdateRefused, IOException {
        Optional<Timestamp> trusted =
                Checks.kept(
                        store.read(TIMESTAMP),
                        MetadataReader::timestamp,
                        root.keysOf(TopRole.TIMESTAMP));
        byte[] file =
                Checks.fetch(
                                remote,
                                download,
                                TIMESTAMP + ".json",
                                MetadataLimits.TIMESTAMP_BYTES_MAX,
                                TIMESTAMP)
                        .orElseThrow(() -> Checks.missing(TIMESTAMP));
        Timestamp timestamp =
                Checks.signed(
                        Checks.read(() -> MetadataReader.timestamp(file)),
                        root.keysOf(TopRole.TIMESTAMP));
        if (trusted.isPresent()) {
            Timestamp older = trusted.get();
            if (timestamp.version() < older.version()) {
                throw Checks.rolledBack(TIMESTAMP, timestamp.version(), older.version());
            }
            if (timestamp.version() == older.version()) {
                // Nothing is new; and what was trusted stays, whatever this one says.
                Checks.fresh(older, start, TIMESTAMP);
                return older;
            }
            if (timestamp.snapshot().version() < older.snapshot().version()) {
                throw Checks.rolledBack(
                        SNAPSHOT, timestamp.snapshot().version(), older.snapshot().version());
            }
        }
        Checks.fresh(timestamp, start, TIMESTAMP);
        store.write(TIMESTAMP, file);
        return timestamp;
    }

    /** Section 5.5. */
    private Snapshot updatedSnapshot(Root root, Timestamp timestamp, Roles roles)
            throws UpdateRefused, IOException {
        FileEdition wanted = timestamp.snapshot();
        Optional<byte[]> kept = store.read(SNAPSHOT);
        Optional<Snapshot> trusted =
                Checks.kept(kept, MetadataReader::snapshot, root.keysOf(TopRole.SNAPSHOT));
        if (trusted.isPresent() && roles.isStill(trusted.get(), kept.orElseThrow(), wanted)) {
            return trusted.get();
        }
        byte[] file = roles.fetch(SNAPSHOT, wanted, MetadataLimits.SNAPSHOT_BYTES_MAX);
        Snapshot snapshot =
                Checks.signed(
                        Checks.read(() -> MetadataReader.snapshot(file)),
                        root.keysOf(TopRole.SNAPSHOT));
        Checks.version(snapshot, wanted, SNAPSHOT);
        if (trusted.isPresent()) {
            refuseRollback(trusted.get(), snapshot);
        }
        roles.requireFresh(snapshot, SNAPSHOT);
        if (kept.isEmpty() || !Arrays.equals(kept.get(), file)) {
            store.write(SNAPSHOT, file);
        }
        return snapshot;
    }

    /** Section 5.5.5: of no role, delegated to or not, an older file, and none that is gone. */
    private static void refuseRollback(Snapshot trusted, Snapshot snapshot) throws UpdateRefused {
        for (Map.Entry<String, FileEdition> entry : trusted.editions().entrySet()) {
            FileEdition newer =
                    snapshot.editionOf(entry.getKey())
                            .orElseThrow(
                                    () ->
                                            new UpdateRefused(
                                                    UpdateFault.ROLLED_BACK,
                                                    "snapshot must go on listing every role that"
                                                            + " it listed"));
            if (newer.version() < entry.getValue().version()) {
                throw Checks.rolledBack(
                        "a role of snapshot", newer.version(), entry.getValue().version());
            }
        }
    }
}
