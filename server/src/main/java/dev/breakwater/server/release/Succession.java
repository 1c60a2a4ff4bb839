/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.release.OnlineKeys.SealedKey;
import dev.breakwater.server.release.ReleaseRefused.Fault;
import dev.breakwater.server.release.ReleaseStore.Change;
import dev.breakwater.server.release.ReleaseStore.MetadataFile;
import dev.breakwater.server.release.ReleaseStore.Repository;
import dev.breakwater.server.release.ReleaseStore.Versions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges what people hand in, a root, a file of targets or both together, and makes one change of
 * it, with the snapshot and the timestamp that the server has to sign so that devices see what fits
 * together before and after it.
 */
final class Succession {

    private final OnlineFiles online;
    private final VettedArtifacts artifacts;
    private final ReleaseStore store;
    private final RepositoryReading read;

    Succession(
            OnlineFiles online,
            VettedArtifacts artifacts,
            ReleaseStore store,
            RepositoryReading read) {
        this.online = online;
        this.artifacts = artifacts;
        this.store = store;
        this.read = read;
    }

    /** What becomes of a repository, and what is left in the log of it. */
    record Next(Change change, List<AuditEvent> events) {}

    /**
     * Judges what was handed in.
     *
     * @throws ReleaseRefused if it does not follow from what is in force, or does not fit together
     */
    Next of(Repository before, HandedIn files, Instant now, Actor actor) throws ReleaseRefused {
        if (before.keys().all().isEmpty()) {
            throw new ReleaseRefused(
                    Fault.TOO_EARLY,
                    "the server has no online key for it yet; have one made first, which"
                            + " breakwater release keys init does");
        }
        ServerKeys keys = new ServerKeys(before.keys());
        Optional<RootRules.Accepted> root = root(before, keys, files, now);
        Optional<TargetsRules.Accepted> targets = targets(before, keys, root, files, now);
        OnlineKeys.Roles were = before.keys().roles();
        OnlineKeys.Roles roles =
                were.naming(
                        root.map(RootRules.Accepted::onlineKey).orElse(were.root()),
                        targets.map(TargetsRules.Accepted::onlineKey).orElse(were.director()));
        Change change = change(before, roles, files, root, targets, now);
        List<AuditEvent> events = new ArrayList<>();
        files.root()
                .ifPresent(
                        file ->
                                events.add(
                                        event(
                                                before,
                                                actor,
                                                AuditAction.UPDATE_ROOT_ACCEPTED,
                                                file.version(),
                                                file.content(),
                                                Map.of())));
        targets.ifPresent(
                accepted ->
                        events.add(signed(before, actor, accepted, files.targets().orElseThrow())));
        before.keys()
                .without(roles)
                .forEach(key -> events.add(destroyed(before, new Actor.Server(), key)));
        return new Next(change, List.copyOf(events));
    }

    private Optional<RootRules.Accepted> root(
            Repository before, ServerKeys keys, HandedIn files, Instant now) throws ReleaseRefused {
        if (files.root().isEmpty()) {
            return Optional.empty();
        }
        HandedIn.RootFile file = files.root().get();
        Optional<byte[]> inForce = read.file(before, TopRole.ROOT, before.versions().root());
        RootRules rules = new RootRules(keys, before.keys().roles().root());
        return Optional.of(rules.accepted(inForce, file.version(), file.content(), now));
    }

    /** Together with a root, the targets are judged by that root. */
    private Optional<TargetsRules.Accepted> targets(
            Repository before,
            ServerKeys keys,
            Optional<RootRules.Accepted> nextRoot,
            HandedIn files,
            Instant now)
            throws ReleaseRefused {
        if (files.targets().isEmpty()) {
            return Optional.empty();
        }
        Root root = nextRoot.isPresent() ? nextRoot.get().root() : rootInForce(before, now);
        TargetsRules.Accepted accepted =
                new TargetsRules(before, keys, now)
                        .accepted(
                                files.targets().get(),
                                root.keysOf(TopRole.TARGETS),
                                store.published(before.organization(), before.product()));
        for (Release release : accepted.fresh()) {
            artifacts.require(release);
        }
        return Optional.of(accepted);
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

    private Change change(
            Repository before,
            OnlineKeys.Roles roles,
            HandedIn handedIn,
            Optional<RootRules.Accepted> root,
            Optional<TargetsRules.Accepted> targets,
            Instant now) {
        Versions were = before.versions();
        long rootVersion = root.map(next -> next.root().version()).orElse(were.root());
        long targetsVersion = targets.map(next -> next.targets().version()).orElse(were.targets());
        Versions versions =
                new Versions(rootVersion, targetsVersion, were.snapshot(), were.timestamp());
        List<MetadataFile> files = new ArrayList<>();
        root.ifPresent(
                next ->
                        files.add(
                                new MetadataFile(
                                        TopRole.ROOT.roleName(),
                                        rootVersion,
                                        next.root().expires(),
                                        handedIn.root().orElseThrow().content())));
        targets.ifPresent(
                next ->
                        files.add(
                                new MetadataFile(
                                        TopRole.TARGETS.roleName(),
                                        targetsVersion,
                                        next.targets().expires(),
                                        handedIn.targets().orElseThrow())));
        Optional<Instant> signAgainAt = before.signAgainAt();
        Optional<byte[]> anew = targetsToSign(before, roles, handedIn);
        if (anew.isPresent()) {
            SealedKey signer = before.keys().require(roles.root());
            OnlineFiles.Signed signed =
                    online.both(before.product(), signer, versions, anew.get(), now);
            files.addAll(signed.files());
            versions = signed.versions();
            signAgainAt = Optional.of(signed.signAgainAt());
        }
        List<Release> fresh = targets.map(TargetsRules.Accepted::fresh).orElse(List.of());
        return new Change(
                versions,
                roles,
                fresh.stream()
                        .mapToLong(release -> release.description().releaseCounter())
                        .max()
                        .orElse(before.counterMax()),
                files,
                fresh,
                targets.map(TargetsRules.Accepted::withdrawn).orElse(List.of()).stream()
                        .map(Release::id)
                        .toList(),
                earliestEnd(before, root, targets),
                signAgainAt);
    }

    /**
     * The targets of which snapshot and timestamp have to be signed now: new ones, and those in
     * force if a root alone names another key for it.
     */
    private Optional<byte[]> targetsToSign(
            Repository before, OnlineKeys.Roles roles, HandedIn files) {
        boolean otherKey = roles.root() != before.keys().roles().root();
        return files.targets().isPresent() || !otherKey
                ? files.targets()
                : read.file(before, TopRole.TARGETS, before.versions().targets());
    }

    private Optional<Instant> earliestEnd(
            Repository before,
            Optional<RootRules.Accepted> root,
            Optional<TargetsRules.Accepted> targets) {
        Versions versions = before.versions();
        Optional<Instant> rootEnd =
                root.map(next -> next.root().expires())
                        .or(() -> end(before, TopRole.ROOT, versions.root()));
        Optional<Instant> targetsEnd =
                targets.map(next -> next.targets().expires())
                        .or(() -> end(before, TopRole.TARGETS, versions.targets()));
        return Stream.of(rootEnd, targetsEnd).flatMap(Optional::stream).min(Instant::compareTo);
    }

    private Optional<Instant> end(Repository before, TopRole role, long version) {
        return read.edition(before, role, version).map(RepositoryView.Edition::expires);
    }

    private static AuditEvent signed(
            Repository before, Actor actor, TargetsRules.Accepted accepted, byte[] file) {
        Map<String, String> details =
                Map.of(
                        "published", paths(accepted.fresh()),
                        "withdrawn", paths(accepted.withdrawn()));
        return event(
                before,
                actor,
                AuditAction.RELEASES_SIGNED,
                accepted.targets().version(),
                file,
                details);
    }

    private static String paths(List<Release> releases) {
        return releases.stream().map(Release::path).collect(Collectors.joining(", "));
    }

    /** That a key is no more. */
    static AuditEvent destroyed(Repository before, Actor actor, SealedKey key) {
        return key(before, actor, AuditAction.UPDATE_KEY_DESTROYED, key);
    }

    /** What has happened to a key. */
    static AuditEvent key(Repository before, Actor actor, AuditAction action, SealedKey key) {
        return AuditEvent.of(
                before.organization(),
                actor,
                action,
                "product:" + before.product(),
                Map.of("key-id", OnlineKey.listed(key.publicKey()).id().hex()));
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
}
