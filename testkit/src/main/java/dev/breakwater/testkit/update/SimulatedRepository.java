/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import dev.breakwater.protocol.update.metadata.DelegatedRole;
import dev.breakwater.protocol.update.metadata.FileEdition;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.Metadata;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.Snapshot;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.Timestamp;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.trust.FileNames;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A repository of The Update Framework in memory. It begins with one key a role and version 1 of
 * everything. What is changed is served when it is published, and as it is said, right or wrong:
 *
 * <pre>{@code
 * SimulatedRepository repository = new SimulatedRepository(TestClock.atPresent());
 * repository.addTarget("targets", "tank/1.1.0.img", image);
 * repository.publishAll();
 * store.write("root", repository.firstRoot());
 * new RepositoryClient(store, repository.metadata()::open, clock, System::nanoTime).refresh();
 * }</pre>
 *
 * <p>For one thread.
 */
public final class SimulatedRepository {

    /** Good for a month, unless a test says otherwise. */
    public static final Duration LIFE = Duration.ofDays(30);

    private static final String TARGETS = TopRole.TARGETS.roleName();
    private static final String SNAPSHOT = TopRole.SNAPSHOT.roleName();
    private static final String TIMESTAMP = TopRole.TIMESTAMP.roleName();
    private static final String ROOT = TopRole.ROOT.roleName();

    private final InstantSource clock;
    private final ServedFiles metadata = new ServedFiles();
    private final ServedFiles targets = new ServedFiles();
    private final Map<TopRole, RoleKeys> keys = new EnumMap<>(TopRole.class);
    private final Map<String, List<PrivateKeySigner>> signers = new HashMap<>();
    private final Map<String, Map<String, TargetFile>> files = new HashMap<>();
    private final Map<String, Map<String, DelegatedRole>> delegations = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final Map<String, Instant> expiries = new HashMap<>();
    private final Map<String, FileEdition> editions = new TreeMap<>();
    private final boolean consistent;
    private boolean hashes = true;
    private Optional<FileEdition> snapshot = Optional.empty();
    private byte[] firstRoot = {};

    /** A repository that names files with their versions and hashes. */
    public SimulatedRepository(InstantSource clock) {
        this(clock, true);
    }

    /**
     * A repository.
     *
     * @param consistent whether files are named with their versions and hashes
     */
    public SimulatedRepository(InstantSource clock, boolean consistent) {
        this.clock = clock;
        this.consistent = consistent;
        for (TopRole role : TopRole.values()) {
            setSigners(role, 1, List.of(TestSigners.fresh()));
        }
        files.put(TARGETS, new TreeMap<>());
        publishAll();
        publishRoot();
    }

    /** The files of metadata, as they are served. */
    public ServedFiles metadata() {
        return metadata;
    }

    /** The targets, as they are served. */
    public ServedFiles targets() {
        return targets;
    }

    /** The root of version 1, which products are shipped with. */
    public byte[] firstRoot() {
        return firstRoot.clone();
    }

    /** Whether snapshot and timestamp give lengths and hashes; they do from the beginning. */
    public void useHashes(boolean used) {
        hashes = used;
    }

    /** Who signs for a role, changeable; what is listed in root or a delegation stays as it is. */
    public List<PrivateKeySigner> signers(String role) {
        return signers.computeIfAbsent(role, _ -> new ArrayList<>());
    }

    /** Lists the keys of these for a role, in the next root, and lets them sign from now on. */
    public void setSigners(TopRole role, int threshold, List<PrivateKeySigner> chosen) {
        List<MetadataKey> listed = chosen.stream().map(PrivateKeySigner::key).toList();
        keys.put(role, new RoleKeys(listed, threshold));
        signers.put(role.roleName(), new ArrayList<>(chosen));
    }

    /** Lists other keys for a role in the next root, whoever signs. */
    public void setKeys(TopRole role, RoleKeys listed) {
        keys.put(role, listed);
    }

    /** The keys that the next root lists for a role. */
    public RoleKeys keys(TopRole role) {
        return Optional.ofNullable(keys.get(role)).orElseThrow();
    }

    /** One more key for a role, in the next root; it signs too. */
    public void addSigner(TopRole role) {
        RoleKeys before = keys(role);
        List<PrivateKeySigner> more = new ArrayList<>(signers(role.roleName()));
        more.add(TestSigners.fresh());
        setSigners(role, before.threshold(), more);
    }

    /** Other keys for a role, as many as it needs, in the next root. */
    public void rotate(TopRole role) {
        int threshold = keys(role).threshold();
        List<PrivateKeySigner> fresh = new ArrayList<>();
        for (int i = 0; i < threshold; i++) {
            fresh.add(TestSigners.fresh());
        }
        if (role == TopRole.ROOT) {
            // The next root is signed by the old keys as well.
            List<PrivateKeySigner> both = new ArrayList<>(fresh);
            both.addAll(signers(ROOT));
            setSigners(role, threshold, fresh);
            signers.put(ROOT, both);
        } else {
            setSigners(role, threshold, fresh);
        }
    }

    /** What a role was published as the last time; 0 if never. */
    public long version(String role) {
        return versions.getOrDefault(role, 0L);
    }

    /** Makes the next edition of a role the one after this. */
    public void setVersion(String role, long version) {
        versions.put(role, version);
    }

    /** Makes the next editions of a role expire then. */
    public void setExpiry(String role, Instant expires) {
        expiries.put(role, expires.truncatedTo(ChronoUnit.SECONDS));
    }

    /** Adds a target to a role's next edition, and serves it. */
    public void addTarget(String role, String path, byte[] content) {
        addTarget(role, path, content, JsonMapper.shared().createObjectNode());
    }

    /** Adds a target of which something is said. */
    public void addTarget(String role, String path, byte[] content, ObjectNode custom) {
        TargetFile file = new TargetFile(content.length, FileHashes.sha256(content), custom);
        filesOf(role).put(path, file);
        targets.put(remotePath(path, file), content);
    }

    /** Lists a target in a role's next edition, and serves nothing. */
    public void listTarget(String role, String path, TargetFile file) {
        filesOf(role).put(path, file);
    }

    /** What a role lists, changeable. */
    public Map<String, TargetFile> filesOf(String role) {
        return files.computeIfAbsent(role, _ -> new TreeMap<>());
    }

    /** Where a target is served. */
    public String remotePath(String path, TargetFile file) {
        int slash = path.lastIndexOf('/') + 1;
        String prefix = consistent ? file.hashes().first().orElseThrow() + "." : "";
        return path.substring(0, slash) + prefix + FileNames.quoted(path.substring(slash));
    }

    /** Lets a role speak of paths in the next edition of another one; a new one gets a key. */
    public void delegate(String delegator, String role, boolean terminating, PathScope paths) {
        if (signers(role).isEmpty()) {
            signers(role).add(TestSigners.fresh());
        }
        List<MetadataKey> listed = signers(role).stream().map(PrivateKeySigner::key).toList();
        delegate(delegator, new DelegatedRole(role, new RoleKeys(listed, 1), terminating, paths));
    }

    /** Lets a role speak, by keys that are said. */
    public void delegate(String delegator, DelegatedRole role) {
        delegations.computeIfAbsent(delegator, _ -> new LinkedHashMap<>()).put(role.name(), role);
        var _ = filesOf(role.name());
    }

    /** Signs and serves the next root. */
    public void publishRoot() {
        long version = next(ROOT);
        byte[] file = sign(ROOT, new Root(version, expiry(ROOT), consistent, keys));
        metadata.put(version + ".root.json", file);
        if (version == 1) {
            firstRoot = file;
        }
        // Only now the old keys have done their last work.
        signers(ROOT).removeIf(signer -> !keys(TopRole.ROOT).keys().contains(signer.key()));
    }

    /** Signs and serves the next edition of targets or of a role that is delegated to. */
    public void publishTargets(String role) {
        long version = next(role);
        List<DelegatedRole> delegated =
                List.copyOf(delegations.getOrDefault(role, Map.of()).values());
        byte[] file = sign(role, new Targets(version, expiry(role), filesOf(role), delegated));
        serve(role, version, file);
        editions.put(role, edition(version, file));
    }

    /** Signs and serves the next snapshot, of what was published. */
    public void publishSnapshot() {
        long version = next(SNAPSHOT);
        byte[] file = sign(SNAPSHOT, new Snapshot(version, expiry(SNAPSHOT), editions));
        serve(SNAPSHOT, version, file);
        snapshot = Optional.of(edition(version, file));
    }

    /** Signs and serves the next timestamp, of the snapshot that was published last. */
    public void publishTimestamp() {
        publishTimestamp(snapshot.orElseThrow());
    }

    /** Signs and serves a timestamp that speaks of any snapshot. */
    public void publishTimestamp(FileEdition of) {
        long version = next(TIMESTAMP);
        byte[] file = sign(TIMESTAMP, new Timestamp(version, expiry(TIMESTAMP), of));
        metadata.put("timestamp.json", file);
    }

    /** The editions that the next snapshot lists, changeable. */
    public Map<String, FileEdition> editions() {
        return editions;
    }

    /** The next editions of all but root. */
    public void publishAll() {
        for (String role : files.keySet()) {
            publishTargets(role);
        }
        publishSnapshot();
        publishTimestamp();
    }

    /** A snapshot and its timestamp. */
    public void publishOnline() {
        publishSnapshot();
        publishTimestamp();
    }

    /** The edition as it is listed. */
    private FileEdition edition(long version, byte[] file) {
        return hashes
                ? FileEdition.of(version, file)
                : new FileEdition(version, OptionalLong.empty(), Optional.empty());
    }

    private void serve(String role, long version, byte[] file) {
        String name = FileNames.quoted(role) + ".json";
        metadata.put(consistent ? version + "." + name : name, file);
    }

    private long next(String role) {
        return versions.merge(role, 1L, Long::sum);
    }

    private Instant expiry(String role) {
        return expiries.getOrDefault(
                role, clock.instant().truncatedTo(ChronoUnit.SECONDS).plus(LIFE));
    }

    private byte[] sign(String role, Metadata content) {
        try {
            return MetadataWriter.sign(content, signers(role));
        } catch (GeneralSecurityException keysInMemorySign) {
            throw new IllegalStateException(keysInMemorySign);
        }
    }
}
