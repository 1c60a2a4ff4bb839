/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.update.metadata.DelegatedRole;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.Metadata;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.MetadataSigner;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.release.DirectorStatement;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.testkit.update.TestSigners;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The people who sign for a product: two of three for root, two of two for releases. */
public final class ReleaseSigners {

    public static final String HARDWARE = "rev-a";

    private final List<? extends MetadataSigner> root;
    private final List<? extends MetadataSigner> release;
    private final MetadataKey online;

    private ReleaseSigners(
            List<? extends MetadataSigner> root,
            List<? extends MetadataSigner> release,
            MetadataKey online) {
        this.root = root;
        this.release = release;
        this.online = online;
    }

    /** For a product whose online key is this. */
    public ReleaseSigners(MetadataKey online) {
        this(
                List.of(TestSigners.fresh(), TestSigners.freshP256(), TestSigners.fresh()),
                List.of(TestSigners.fresh(), TestSigners.freshP256()),
                online);
    }

    /** The same people, who sign that the server has this key now. */
    public ReleaseSigners withOnline(MetadataKey next) {
        return new ReleaseSigners(root, release, next);
    }

    /** The same people, but others who sign releases. */
    ReleaseSigners withRelease(List<? extends MetadataSigner> others) {
        return new ReleaseSigners(root, others, online);
    }

    List<? extends MetadataSigner> rootKeys() {
        return root;
    }

    List<? extends MetadataSigner> releaseKeys() {
        return release;
    }

    static RoleKeys keys(int threshold, List<? extends MetadataSigner> signers) {
        return new RoleKeys(signers.stream().map(MetadataSigner::key).toList(), threshold);
    }

    RoleKeys onlineKeys() {
        return new RoleKeys(List.of(online), 1);
    }

    /** A root as it should be. */
    public Root root(long version, Instant expires) {
        Map<TopRole, RoleKeys> roles = new EnumMap<>(TopRole.class);
        roles.put(TopRole.ROOT, keys(2, root));
        roles.put(TopRole.TARGETS, keys(release.size(), release));
        roles.put(TopRole.SNAPSHOT, onlineKeys());
        roles.put(TopRole.TIMESTAMP, onlineKeys());
        return new Root(version, expires, true, roles);
    }

    /** A root signed by two of three. */
    public byte[] signed(Root file) {
        return signed(file, root.subList(0, 2));
    }

    /** A file of targets signed by both. */
    public byte[] signed(Targets file) {
        return signed(file, release);
    }

    static byte[] signed(Metadata file, List<? extends MetadataSigner> signers) {
        try {
            return MetadataWriter.sign(file, signers);
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** A file of targets as it should be. */
    public Targets targets(long version, Instant expires, Map<String, TargetFile> releases) {
        return new Targets(version, expires, releases, List.of(director()));
    }

    DelegatedRole director() {
        return new DelegatedRole(
                DirectorStatement.ROLE, onlineKeys(), true, new PathScope.Patterns(List.of()));
    }

    /** A release of a product. */
    public static TargetFile target(String product, String version, long counter, byte[] artifact) {
        return new TargetFile(
                artifact.length,
                FileHashes.sha256(artifact),
                description(product, version, counter).toCustom());
    }

    static ReleaseDescription description(String product, String version, long counter) {
        return new ReleaseDescription(
                product,
                new ReleaseVersion(version),
                counter,
                List.of(HARDWARE),
                Optional.empty(),
                0,
                Optional.empty(),
                "Calmer pumps; äö.",
                false);
    }
}
