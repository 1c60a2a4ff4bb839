/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads files of metadata, strictly. Members that the specification does not define are left in
 * what is signed and say nothing here (section 4.1). Safe for use by many threads.
 */
public final class MetadataReader {

    /** The versions of the specification whose files are believed: 1.x. */
    private static final Pattern SPECIFICATION = Pattern.compile("1(\\.\\d{1,9}){1,2}");

    private static final Pattern SIGNATURE =
            Pattern.compile(
                    "([0-9a-fA-F]{2}){0,%d}"
                            .formatted(MetadataLimits.SIGNATURE_CHARACTERS_MAX / 2));

    private static final String ENDING = ".json";

    private MetadataReader() {}

    /** Reads a file of root. */
    public static SignedFile<Root> root(byte[] file) throws MalformedMetadata {
        return read(
                file, MetadataLimits.ROOT_BYTES_MAX, TopRole.ROOT, "root", MetadataReader::root);
    }

    /** Reads a file of timestamp. */
    public static SignedFile<Timestamp> timestamp(byte[] file) throws MalformedMetadata {
        return read(
                file,
                MetadataLimits.TIMESTAMP_BYTES_MAX,
                TopRole.TIMESTAMP,
                "timestamp",
                MetadataReader::timestamp);
    }

    /** Reads a file of snapshot. */
    public static SignedFile<Snapshot> snapshot(byte[] file) throws MalformedMetadata {
        return read(
                file,
                MetadataLimits.SNAPSHOT_BYTES_MAX,
                TopRole.SNAPSHOT,
                "snapshot",
                MetadataReader::snapshot);
    }

    /** Reads a file of targets, of the role of that name or of one that is delegated to. */
    public static SignedFile<Targets> targets(byte[] file) throws MalformedMetadata {
        return read(
                file,
                MetadataLimits.TARGETS_BYTES_MAX,
                TopRole.TARGETS,
                "targets",
                MetadataReader::targets);
    }

    @FunctionalInterface
    private interface Content<T extends Metadata> {
        T of(Member signed) throws MalformedMetadata;
    }

    private static <T extends Metadata> SignedFile<T> read(
            byte[] file, int bytesMax, TopRole type, String noun, Content<T> content)
            throws MalformedMetadata {
        Member whole = new Member(MetadataJson.read(file, bytesMax, noun), noun);
        Member signed = new Member(whole.object("signed").node(), noun);
        if (!signed.text("_type").equals(type.roleName())) {
            throw new MalformedMetadata(noun + " must be of the _type " + type.roleName());
        }
        if (!SPECIFICATION.matcher(signed.text("spec_version")).matches()) {
            throw new MalformedMetadata(noun + " must be of a spec_version 1.x");
        }
        List<FileSignature> signatures = signatures(whole);
        return new SignedFile<>(file, signed.node(), signatures, content.of(signed), noun);
    }

    private static List<FileSignature> signatures(Member whole) throws MalformedMetadata {
        List<FileSignature> signatures = new ArrayList<>();
        Set<KeyId> ids = new HashSet<>();
        for (Member entry : whole.list("signatures", whole.noun() + "'s signature")) {
            KeyId id = entry.keyId(entry.text("keyid"));
            String hex = entry.text("sig");
            if (!SIGNATURE.matcher(hex).matches()) {
                throw new MalformedMetadata(
                        "%s must have a sig of at most %d hexadecimal digits"
                                .formatted(entry.noun(), MetadataLimits.SIGNATURE_CHARACTERS_MAX));
            }
            if (!ids.add(id)) {
                throw new MalformedMetadata(whole.noun() + " must have one signature by key id");
            }
            signatures.add(new FileSignature(id, hex));
        }
        if (signatures.size() > MetadataLimits.SIGNATURES_MAX) {
            throw new MalformedMetadata(
                    "%s must have at most %d signatures"
                            .formatted(whole.noun(), MetadataLimits.SIGNATURES_MAX));
        }
        return signatures;
    }

    private static Root root(Member signed) throws MalformedMetadata {
        boolean consistent =
                signed.has("consistent_snapshot") && signed.flag("consistent_snapshot");
        Map<KeyId, MetadataKey> keys = keys(signed.object("keys"));
        Member roles = signed.object("roles");
        Map<TopRole, RoleKeys> keysByRole = new EnumMap<>(TopRole.class);
        for (TopRole role : TopRole.values()) {
            keysByRole.put(role, roleKeys(roles.object(role.roleName()), keys));
        }
        long version = signed.number("version");
        var expires = signed.time("expires");
        return signed.built(() -> new Root(version, expires, consistent, keysByRole));
    }

    private static Map<KeyId, MetadataKey> keys(Member listed) throws MalformedMetadata {
        Map<KeyId, MetadataKey> keys = new LinkedHashMap<>();
        for (Map.Entry<String, Member> entry : listed.objects("a key").entrySet()) {
            MetadataKey key = MetadataKey.read(entry.getKey(), entry.getValue());
            keys.put(key.id(), key);
        }
        return keys;
    }

    /** An id without a key can never count, so it says nothing. */
    private static RoleKeys roleKeys(Member role, Map<KeyId, MetadataKey> keys)
            throws MalformedMetadata {
        List<MetadataKey> listed = new ArrayList<>();
        Set<KeyId> ids = new HashSet<>();
        for (String text : role.texts("keyids")) {
            KeyId id = role.keyId(text);
            if (!ids.add(id)) {
                throw new MalformedMetadata(role.noun() + " must list each key once");
            }
            Optional.ofNullable(keys.get(id)).ifPresent(listed::add);
        }
        int threshold = Math.clamp(role.number("threshold"), 0, Integer.MAX_VALUE);
        return role.built(() -> new RoleKeys(listed, threshold));
    }

    private static Timestamp timestamp(Member signed) throws MalformedMetadata {
        FileEdition snapshot = edition(signed.object("meta").object("snapshot" + ENDING));
        long version = signed.number("version");
        var expires = signed.time("expires");
        return signed.built(() -> new Timestamp(version, expires, snapshot));
    }

    private static Snapshot snapshot(Member signed) throws MalformedMetadata {
        Map<String, FileEdition> editions = new TreeMap<>();
        for (Map.Entry<String, Member> entry :
                signed.object("meta").objects("an edition").entrySet()) {
            if (!entry.getKey().endsWith(ENDING)) {
                throw new MalformedMetadata("a snapshot must list files that end in " + ENDING);
            }
            String role = entry.getKey().substring(0, entry.getKey().length() - ENDING.length());
            editions.put(role, edition(entry.getValue()));
        }
        long version = signed.number("version");
        var expires = signed.time("expires");
        return signed.built(() -> new Snapshot(version, expires, editions));
    }

    private static FileEdition edition(Member listed) throws MalformedMetadata {
        long version = listed.number("version");
        OptionalLong length =
                listed.has("length")
                        ? OptionalLong.of(listed.number("length"))
                        : OptionalLong.empty();
        Optional<FileHashes> hashes =
                listed.has("hashes")
                        ? Optional.of(hashes(listed.object("hashes")))
                        : Optional.empty();
        return listed.built(() -> new FileEdition(version, length, hashes));
    }

    private static FileHashes hashes(Member listed) throws MalformedMetadata {
        Map<String, String> hexByName = new TreeMap<>();
        for (String name : listed.node().propertyNames()) {
            hexByName.put(name, listed.text(name));
        }
        return listed.built(() -> new FileHashes(hexByName));
    }

    private static Targets targets(Member signed) throws MalformedMetadata {
        Map<String, TargetFile> targets = new TreeMap<>();
        for (Map.Entry<String, Member> entry :
                signed.object("targets").objects("a target").entrySet()) {
            targets.put(entry.getKey(), target(entry.getValue()));
        }
        List<DelegatedRole> delegations =
                signed.has("delegations") ? delegations(signed.object("delegations")) : List.of();
        long version = signed.number("version");
        var expires = signed.time("expires");
        return signed.built(() -> new Targets(version, expires, targets, delegations));
    }

    private static TargetFile target(Member listed) throws MalformedMetadata {
        long length = listed.number("length");
        FileHashes hashes = hashes(listed.object("hashes"));
        ObjectNode custom =
                listed.has("custom") ? listed.object("custom").node() : MetadataJson.newObject();
        return listed.built(() -> new TargetFile(length, hashes, custom));
    }

    private static List<DelegatedRole> delegations(Member listed) throws MalformedMetadata {
        Map<KeyId, MetadataKey> keys = keys(listed.object("keys"));
        List<DelegatedRole> roles = new ArrayList<>();
        for (Member role : listed.list("roles", "a delegation")) {
            String name = role.text("name");
            RoleKeys roleKeys = roleKeys(role, keys);
            boolean terminating = role.has("terminating") && role.flag("terminating");
            PathScope paths = paths(role);
            roles.add(role.built(() -> new DelegatedRole(name, roleKeys, terminating, paths)));
        }
        return roles;
    }

    private static PathScope paths(Member role) throws MalformedMetadata {
        if (role.has("paths") == role.has("path_hash_prefixes")) {
            throw new MalformedMetadata(
                    role.noun() + " must have either paths or path_hash_prefixes");
        }
        if (role.has("paths")) {
            List<String> patterns = role.texts("paths");
            return role.built(() -> new PathScope.Patterns(patterns));
        }
        List<String> prefixes = role.texts("path_hash_prefixes");
        return role.built(() -> new PathScope.HashPrefixes(prefixes));
    }
}
