/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Metadata as the JSON that is signed. */
final class MetadataForm {

    /** The version of the specification that we write by. */
    private static final String SPECIFICATION = "1.0.34";

    private MetadataForm() {}

    static ObjectNode of(Metadata metadata) {
        ObjectNode signed = MetadataJson.newObject();
        signed.put("_type", metadata.type().roleName());
        signed.put("spec_version", SPECIFICATION);
        signed.put("version", metadata.version());
        signed.put("expires", metadata.expires().toString());
        switch (metadata) {
            case Root root -> put(root, signed);
            case Timestamp timestamp ->
                    signed.putObject("meta").set("snapshot.json", edition(timestamp.snapshot()));
            case Snapshot snapshot -> {
                ObjectNode meta = signed.putObject("meta");
                snapshot.editions()
                        .forEach((role, edition) -> meta.set(role + ".json", edition(edition)));
            }
            case Targets targets -> put(targets, signed);
        }
        return signed;
    }

    private static void put(Root root, ObjectNode signed) {
        signed.put("consistent_snapshot", root.consistentSnapshot());
        signed.set("keys", keys(root.roles().values()));
        ObjectNode roles = signed.putObject("roles");
        for (TopRole role : TopRole.values()) {
            putRole(root.keysOf(role), roles.putObject(role.roleName()));
        }
    }

    private static void put(Targets targets, ObjectNode signed) {
        ObjectNode files = signed.putObject("targets");
        targets.targets().forEach((path, file) -> files.set(path, target(file)));
        if (targets.delegations().isEmpty()) {
            return;
        }
        ObjectNode delegations = signed.putObject("delegations");
        delegations.set(
                "keys", keys(targets.delegations().stream().map(DelegatedRole::keys).toList()));
        ArrayNode roles = delegations.putArray("roles");
        for (DelegatedRole delegation : targets.delegations()) {
            ObjectNode role = roles.addObject();
            role.put("name", delegation.name());
            role.put("terminating", delegation.terminating());
            putRole(delegation.keys(), role);
            switch (delegation.paths()) {
                case PathScope.Patterns(var patterns) ->
                        patterns.forEach(role.putArray("paths")::add);
                case PathScope.HashPrefixes(var prefixes) ->
                        prefixes.forEach(role.putArray("path_hash_prefixes")::add);
            }
        }
    }

    private static void putRole(RoleKeys keys, ObjectNode role) {
        ArrayNode ids = role.putArray("keyids");
        keys.keys().forEach(key -> ids.add(key.id().hex()));
        role.put("threshold", keys.threshold());
    }

    private static ObjectNode keys(Collection<RoleKeys> roles) {
        Map<String, ObjectNode> byId = new TreeMap<>();
        for (RoleKeys role : roles) {
            role.keys().forEach(key -> byId.put(key.id().hex(), key.written()));
        }
        ObjectNode keys = MetadataJson.newObject();
        byId.forEach(keys::set);
        return keys;
    }

    private static ObjectNode edition(FileEdition edition) {
        ObjectNode node = MetadataJson.newObject();
        node.put("version", edition.version());
        edition.length().ifPresent(length -> node.put("length", length));
        edition.hashes().ifPresent(hashes -> node.set("hashes", hashes(hashes)));
        return node;
    }

    private static ObjectNode target(TargetFile file) {
        ObjectNode node = MetadataJson.newObject();
        node.put("length", file.length());
        node.set("hashes", hashes(file.hashes()));
        if (!file.custom().isEmpty()) {
            node.set("custom", file.custom());
        }
        return node;
    }

    private static ObjectNode hashes(FileHashes hashes) {
        ObjectNode node = MetadataJson.newObject();
        hashes.hexByName().forEach(node::put);
        return node;
    }
}
