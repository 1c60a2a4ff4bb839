/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of a role after a rotation. */
final class NextKeys {

    /** So that a typed id means one key. */
    private static final int ID_CHARACTERS_MIN = 8;

    private NextKeys() {}

    /**
     * Without some, with others.
     *
     * @param removed ids, or their beginnings
     * @param more how many others are made afterwards
     * @param threshold how many have to sign; as before if empty
     */
    static RoleKeys of(
            RoleKeys before,
            List<String> removed,
            List<MetadataKey> added,
            int more,
            Optional<Integer> threshold) {
        List<MetadataKey> keys = new ArrayList<>(before.keys());
        for (String id : removed) {
            List<MetadataKey> meant =
                    before.keys().stream().filter(key -> key.id().hex().startsWith(id)).toList();
            if (id.length() < ID_CHARACTERS_MIN || meant.size() != 1) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "'%s' names no key of the role; its keys are %s"
                                .formatted(id, before.keys()));
            }
            keys.removeAll(meant);
        }
        for (MetadataKey key : added) {
            if (keys.stream().anyMatch(known -> known.id().equals(key.id()))) {
                throw new CommandFailed(
                        ExitCode.USAGE, "the key %s is one of the role already".formatted(key));
            }
            keys.add(key);
        }
        int wanted = threshold.orElse(before.threshold());
        if (wanted < 1 || wanted > keys.size() + more) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "%d of %d keys cannot sign together; add keys, or say another --threshold"
                            .formatted(wanted, keys.size() + more));
        }
        return new RoleKeys(keys, wanted);
    }
}
