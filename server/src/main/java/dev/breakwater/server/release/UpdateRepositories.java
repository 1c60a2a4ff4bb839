/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.OnlineKeys.SealedKey;
import dev.breakwater.server.release.ReleaseStore.Change;
import dev.breakwater.server.release.ReleaseStore.MetadataFile;
import dev.breakwater.server.release.ReleaseStore.Repository;
import dev.breakwater.server.release.ReleaseStore.Versions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

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
    private final RepositoryReading read;
    private final Succession succession;
    private final Clock clock;
    private final List<ReentrantLock> locks =
            IntStream.range(0, LOCKS).mapToObj(_ -> new ReentrantLock()).toList();

    /** What came of files that were handed in, if they were not refused for what they are. */
    public sealed interface Outcome {

        /**
         * It is in force, on disk, and so is what the server had to sign of it.
         *
         * @param otherDirector whether another key signs what the director says from now on, so
         *     that devices believe no statement from before any more
         */
        record Taken(RepositoryView now, boolean otherDirector) implements Outcome {}

        /** The organization has no such product. */
        record NoSuchProduct() implements Outcome {}

        /** The targets are not the ones that the caller has seen. */
        record VersionMismatch(long current) implements Outcome {}
    }

    /** The key that the next root and the next targets may name. */
    public sealed interface Prepared {

        /** It was made now. */
        record Made(RepositoryView.Key key) implements Prepared {}

        /** It was there. */
        record There(RepositoryView.Key key) implements Prepared {}

        /** The organization has no such product. */
        record NoSuchProduct() implements Prepared {}
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
        this.read = new RepositoryReading(store, limits, clock);
        this.succession = new Succession(online, artifacts, store, read);
        this.clock = clock;
    }

    /** A product's repository, begun or not; empty if there is no such product. */
    public Optional<RepositoryView> of(OrganizationId organization, ProductId product) {
        return store.repository(organization, product).map(read::view);
    }

    /**
     * Has a key ready that the next root and the next targets may name; the first begins the
     * repository. One that nobody has named yet is kept, so that whoever repeats this after a
     * failure gets the key that is in files which others may be signing.
     *
     * @param anew whether one that is there is destroyed: after a theft the thief may have it, too
     */
    public Prepared prepareKey(
            OrganizationId organization, ProductId product, boolean anew, Actor actor) {
        return inTurn(
                product,
                () -> {
                    Optional<Repository> found = store.repository(organization, product);
                    if (found.isEmpty()) {
                        return new Prepared.NoSuchProduct();
                    }
                    Repository before = found.get();
                    OnlineKeys keys = before.keys();
                    Optional<SealedKey> unused = keys.find(keys.roles().prepared());
                    if (unused.isPresent() && !anew) {
                        return new Prepared.There(read.key(keys, unused.get()));
                    }
                    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
                    SealedKey fresh = key.make(product, keys.made() + 1, now);
                    List<AuditEvent> events = new ArrayList<>();
                    events.add(
                            Succession.key(before, actor, AuditAction.UPDATE_KEY_CREATED, fresh));
                    unused.ifPresent(gone -> events.add(Succession.destroyed(before, actor, gone)));
                    requireUnchanged(before, store.prepare(before, fresh, events));
                    Repository after = store.repository(organization, product).orElseThrow();
                    return new Prepared.Made(read.key(after.keys(), fresh));
                });
    }

    /**
     * Takes the next root, the next file of targets, or both in one step. Targets publish what they
     * name anew and withdraw what they do not name any more. Snapshot and timestamp are signed with
     * it where devices need new ones. Handing in again what is in force changes nothing.
     *
     * @param expected the version of targets that the caller takes to be current; empty for
     *     whatever it is
     * @throws ReleaseRefused if it does not follow from what is in force, gives the server another
     *     role than it may have, or a release in it may not ship
     */
    public Outcome handIn(
            OrganizationId organization,
            ProductId product,
            HandedIn files,
            Optional<Long> expected,
            Actor actor)
            throws ReleaseRefused {
        ReentrantLock lock = lock(product);
        lock.lock();
        try {
            Optional<Repository> found = store.repository(organization, product);
            if (found.isEmpty()) {
                return new Outcome.NoSuchProduct();
            }
            Repository before = found.get();
            HandedIn news = withoutWhatIsInForce(before, files);
            if (news.isEmpty()) {
                return new Outcome.Taken(read.view(before), false);
            }
            if (expected.isPresent() && expected.get() != before.versions().targets()) {
                return new Outcome.VersionMismatch(before.versions().targets());
            }
            Succession.Next next = succession.of(before, news, clock.instant(), actor);
            requireUnchanged(before, store.change(before, next.change(), next.events()));
            long director = before.keys().roles().director();
            return new Outcome.Taken(
                    store.repository(organization, product).map(read::view).orElseThrow(),
                    director != 0 && director != next.change().keys().director());
        } finally {
            lock.unlock();
        }
    }

    /** Whoever has got no answer hands in the same again. */
    private HandedIn withoutWhatIsInForce(Repository before, HandedIn files) {
        Versions versions = before.versions();
        return new HandedIn(
                files.root()
                        .filter(
                                root ->
                                        root.version() != versions.root()
                                                || isNew(
                                                        before,
                                                        TopRole.ROOT,
                                                        versions.root(),
                                                        root.content())),
                files.targets()
                        .filter(
                                content ->
                                        isNew(
                                                before,
                                                TopRole.TARGETS,
                                                versions.targets(),
                                                content)));
    }

    private boolean isNew(Repository before, TopRole role, long version, byte[] content) {
        return read.file(before, role, version)
                .map(inForce -> !Arrays.equals(inForce, content))
                .orElse(true);
    }

    /** One process changes a repository, under its lock; whatever else does so is a defect. */
    private static void requireUnchanged(Repository before, boolean wasUnchanged) {
        if (!wasUnchanged) {
            throw new IllegalStateException(
                    "the repository of %s was changed by somebody else"
                            .formatted(before.product()));
        }
    }

    /** Signs what is half through its life. It is done once, whoever asks for it together. */
    void signAgain(OrganizationId organization, ProductId product) {
        var _ =
                inTurn(
                        product,
                        () -> {
                            Repository before =
                                    store.repository(organization, product).orElseThrow();
                            OnlineFiles.Signed signed = signedAgain(before, clock.instant());
                            Change change =
                                    new Change(
                                            signed.versions(),
                                            before.keys().roles(),
                                            before.counterMax(),
                                            signed.files(),
                                            List.of(),
                                            List.of(),
                                            before.offlineEnd(),
                                            Optional.of(signed.signAgainAt()));
                            requireUnchanged(before, store.change(before, change, List.of()));
                            return signed;
                        });
    }

    private OnlineFiles.Signed signedAgain(Repository before, Instant now) {
        Versions versions = before.versions();
        Instant snapshotEnd =
                read.edition(before, TopRole.SNAPSHOT, versions.snapshot()).orElseThrow().expires();
        if (online.isSnapshotDue(snapshotEnd, now)) {
            byte[] targets = read.file(before, TopRole.TARGETS, versions.targets()).orElseThrow();
            SealedKey signer = before.keys().require(before.keys().roles().root());
            return online.both(before.product(), signer, versions, targets, now);
        }
        byte[] content = read.file(before, TopRole.SNAPSHOT, versions.snapshot()).orElseThrow();
        return online.timestamp(
                before,
                new MetadataFile(
                        TopRole.SNAPSHOT.roleName(), versions.snapshot(), snapshotEnd, content),
                now);
    }

    @Override
    public Optional<byte[]> file(OrganizationId organization, ProductId product, String name) {
        return FILE.matcher(name).matches()
                ? store.file(organization, product, name)
                : Optional.empty();
    }

    private <T> T inTurn(ProductId product, Supplier<T> change) {
        ReentrantLock lock = lock(product);
        lock.lock();
        try {
            return change.get();
        } finally {
            lock.unlock();
        }
    }

    private ReentrantLock lock(ProductId product) {
        return locks.get(Math.floorMod(product.hashCode(), LOCKS));
    }
}
