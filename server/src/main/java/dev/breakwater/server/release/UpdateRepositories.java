/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.ReleaseRefused.Fault;
import dev.breakwater.server.release.ReleaseStore.Change;
import dev.breakwater.server.release.ReleaseStore.MetadataFile;
import dev.breakwater.server.release.ReleaseStore.Repository;
import dev.breakwater.server.release.ReleaseStore.Versions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The repositories of all products: what people sign is judged and taken, what the server signs is
 * made, and devices fetch both. All of it blocks. Changes of one product come one after the other.
 */
public final class UpdateRepositories implements UpdateMetadata {

    private static final Pattern FILE =
            Pattern.compile("timestamp\\.json|[1-9]\\d{0,15}\\.(root|targets|snapshot)\\.json");

    private static final int LOCKS = 64;

    private final ReleaseStore store;
    private final OnlineKey key;
    private final OnlineFiles online;
    private final VettedArtifacts artifacts;
    private final RepositoryReading read;
    private final Clock clock;
    private final List<ReentrantLock> locks =
            IntStream.range(0, LOCKS).mapToObj(_ -> new ReentrantLock()).toList();

    /** What came of a file that was handed in, if it was not refused for what it is. */
    public sealed interface Outcome {

        /** It is in force, on disk, and so is what the server had to sign of it. */
        record Taken(RepositoryView now) implements Outcome {}

        /** The organization has no such product. */
        record NoSuchProduct() implements Outcome {}

        /** The targets are not the ones that the caller has seen. */
        record VersionMismatch(long current) implements Outcome {}
    }

    UpdateRepositories(
            ReleaseStore store,
            SealingKey sealingKey,
            VettedArtifacts artifacts,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.key = new OnlineKey(sealingKey);
        this.online = new OnlineFiles(key, limits);
        this.artifacts = artifacts;
        this.read = new RepositoryReading(store, limits, clock);
        this.clock = clock;
    }

    /** A product's repository, begun now if there is none; empty if there is no such product. */
    public Optional<RepositoryView> of(OrganizationId organization, ProductId product) {
        return repository(organization, product).map(read::view);
    }

    private Optional<Repository> repository(OrganizationId organization, ProductId product) {
        Optional<Repository> known = store.repository(organization, product);
        if (known.isPresent()) {
            return known;
        }
        OnlineKey.Fresh fresh = key.make(product);
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        new Actor.Server(),
                        AuditAction.UPDATE_KEY_CREATED,
                        "product:" + product,
                        Map.of("key-id", OnlineKey.listed(fresh.publicKey()).id().hex()));
        return store.begin(
                new Repository(
                        organization,
                        product,
                        fresh.publicKey(),
                        fresh.sealedPrivateKey(),
                        0,
                        Versions.NONE,
                        0,
                        Optional.empty(),
                        Optional.empty()),
                clock.instant(),
                event);
    }

    /**
     * Takes the next root. Handing in the one that is in force again changes nothing.
     *
     * @throws ReleaseRefused if it does not follow from the one before, or gives the server another
     *     role than it may have
     */
    public Outcome root(
            OrganizationId organization, ProductId product, long version, byte[] file, Actor actor)
            throws ReleaseRefused {
        ReentrantLock lock = lock(product);
        lock.lock();
        try {
            Optional<Repository> found = repository(organization, product);
            if (found.isEmpty()) {
                return new Outcome.NoSuchProduct();
            }
            Repository before = found.get();
            Versions versions = before.versions();
            Optional<byte[]> current = read.file(before, TopRole.ROOT, versions.root());
            if (version == versions.root()
                    && current.isPresent()
                    && Arrays.equals(current.get(), file)) {
                return new Outcome.Taken(read.view(before));
            }
            MetadataKey own = OnlineKey.listed(before.onlinePublicKey());
            Root next = new RootRules(own).accepted(current, version, file, clock.instant());
            Optional<Instant> targetsEnd =
                    read.edition(before, TopRole.TARGETS, versions.targets())
                            .map(RepositoryView.Edition::expires);
            Change change =
                    new Change(
                            new Versions(
                                    version,
                                    versions.targets(),
                                    versions.snapshot(),
                                    versions.timestamp()),
                            before.counterMax(),
                            List.of(
                                    new MetadataFile(
                                            TopRole.ROOT.roleName(),
                                            version,
                                            next.expires(),
                                            file)),
                            List.of(),
                            List.of(),
                            earliest(Optional.of(next.expires()), targetsEnd),
                            before.signAgainAt());
            AuditEvent event =
                    event(before, actor, AuditAction.UPDATE_ROOT_ACCEPTED, version, file, Map.of());
            return taken(before, change, event);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the next file of targets, which publishes what it names anew and withdraws what it does
     * not name any more; snapshot and timestamp are signed with it.
     *
     * @param expected the version that the caller takes to be current; empty for whatever it is
     * @throws ReleaseRefused if it does not follow from the one before, or a release in it may not
     *     ship
     */
    public Outcome targets(
            OrganizationId organization,
            ProductId product,
            byte[] file,
            Optional<Long> expected,
            Actor actor)
            throws ReleaseRefused {
        ReentrantLock lock = lock(product);
        lock.lock();
        try {
            Optional<Repository> found = repository(organization, product);
            if (found.isEmpty()) {
                return new Outcome.NoSuchProduct();
            }
            Repository before = found.get();
            Versions versions = before.versions();
            if (expected.isPresent() && expected.get() != versions.targets()) {
                return new Outcome.VersionMismatch(versions.targets());
            }
            Instant now = clock.instant();
            Root root = rootInForce(before, now);
            TargetsRules rules =
                    new TargetsRules(before, OnlineKey.listed(before.onlinePublicKey()), now);
            TargetsRules.Accepted accepted =
                    rules.accepted(
                            file,
                            root.keysOf(TopRole.TARGETS),
                            store.published(organization, product));
            for (Release release : accepted.fresh()) {
                artifacts.require(release);
            }
            return published(before, root, accepted, file, now, actor);
        } finally {
            lock.unlock();
        }
    }

    private Root rootInForce(Repository repository, Instant now) throws ReleaseRefused {
        Root root =
                read.root(repository)
                        .orElseThrow(
                                () ->
                                        new ReleaseRefused(
                                                Fault.TOO_EARLY,
                                                "there is no root yet that says whose signatures"
                                                        + " count"));
        if (!root.expires().isAfter(now)) {
            throw new ReleaseRefused(
                    Fault.EXPIRED,
                    "the root in force has expired at %s; sign the next one first"
                            .formatted(root.expires()));
        }
        return root;
    }

    private Outcome published(
            Repository before,
            Root root,
            TargetsRules.Accepted accepted,
            byte[] file,
            Instant now,
            Actor actor) {
        Versions versions = before.versions();
        long version = accepted.targets().version();
        Instant end = accepted.targets().expires();
        OnlineFiles.Signed signed =
                online.both(
                        before,
                        new Versions(
                                versions.root(),
                                version,
                                versions.snapshot(),
                                versions.timestamp()),
                        file,
                        now);
        List<MetadataFile> files =
                Stream.concat(
                                Stream.of(
                                        new MetadataFile(
                                                TopRole.TARGETS.roleName(), version, end, file)),
                                signed.files().stream())
                        .toList();
        long counterMax =
                accepted.fresh().stream()
                        .mapToLong(release -> release.description().releaseCounter())
                        .max()
                        .orElse(before.counterMax());
        Change change =
                new Change(
                        signed.versions(),
                        counterMax,
                        files,
                        accepted.fresh(),
                        accepted.withdrawn().stream().map(Release::id).toList(),
                        earliest(Optional.of(root.expires()), Optional.of(end)),
                        Optional.of(signed.signAgainAt()));
        Map<String, String> details =
                Map.of(
                        "published", paths(accepted.fresh()),
                        "withdrawn", paths(accepted.withdrawn()));
        AuditEvent event =
                event(before, actor, AuditAction.RELEASES_SIGNED, version, file, details);
        return taken(before, change, event);
    }

    private static String paths(List<Release> releases) {
        return releases.stream().map(Release::path).collect(Collectors.joining(", "));
    }

    private Outcome taken(Repository before, Change change, AuditEvent event) {
        keep(before, change, Optional.of(event));
        return new Outcome.Taken(
                store.repository(before.organization(), before.product())
                        .map(read::view)
                        .orElseThrow());
    }

    /** One process changes a repository, under its lock; whatever else does so is a defect. */
    private void keep(Repository before, Change change, Optional<AuditEvent> event) {
        if (!store.change(before, change, event)) {
            throw new IllegalStateException(
                    "the repository of %s was changed by somebody else"
                            .formatted(before.product()));
        }
    }

    private static AuditEvent event(
            Repository repository,
            Actor actor,
            AuditAction action,
            long version,
            byte[] file,
            Map<String, String> more) {
        Map<String, String> details = new TreeMap<>(more);
        details.put("version", Long.toString(version));
        details.put("sha256", sha256(file));
        return AuditEvent.of(
                repository.organization(),
                actor,
                action,
                "product:" + repository.product(),
                details);
    }

    private static String sha256(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static Optional<Instant> earliest(Optional<Instant> one, Optional<Instant> other) {
        return Stream.of(one, other).flatMap(Optional::stream).min(Instant::compareTo);
    }

    /** Signs what is half through its life. It is done once, whoever asks for it together. */
    void signAgain(OrganizationId organization, ProductId product) {
        ReentrantLock lock = lock(product);
        lock.lock();
        try {
            Repository before = store.repository(organization, product).orElseThrow();
            Versions versions = before.versions();
            Instant now = clock.instant();
            String name = MetadataFile.nameOf(TopRole.SNAPSHOT.roleName(), versions.snapshot());
            Instant snapshotEnd = store.expiry(organization, product, name).orElseThrow();
            OnlineFiles.Signed signed;
            if (online.isSnapshotDue(snapshotEnd, now)) {
                byte[] targets =
                        read.file(before, TopRole.TARGETS, versions.targets()).orElseThrow();
                signed = online.both(before, versions, targets, now);
            } else {
                byte[] content = store.file(organization, product, name).orElseThrow();
                signed =
                        online.timestamp(
                                before,
                                new MetadataFile(
                                        TopRole.SNAPSHOT.roleName(),
                                        versions.snapshot(),
                                        snapshotEnd,
                                        content),
                                now);
            }
            Change change =
                    new Change(
                            signed.versions(),
                            before.counterMax(),
                            signed.files(),
                            List.of(),
                            List.of(),
                            before.offlineEnd(),
                            Optional.of(signed.signAgainAt()));
            keep(before, change, Optional.empty());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<byte[]> file(OrganizationId organization, ProductId product, String name) {
        return FILE.matcher(name).matches()
                ? store.file(organization, product, name)
                : Optional.empty();
    }

    private ReentrantLock lock(ProductId product) {
        return locks.get(Math.floorMod(product.hashCode(), LOCKS));
    }
}
