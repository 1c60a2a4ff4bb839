/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.SignedFile;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.metadata.WrongSignatures;
import dev.breakwater.server.release.ReleaseRefused.Fault;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which root is taken: the next one, signed by those before it and by its own (TUF section 5.3), in
 * which the server has the roles that it signs online and no other.
 */
final class RootRules {

    private static final int ADVISED_KEYS = 3;
    private static final int ADVISED_THRESHOLD = 2;

    private final ServerKeys online;
    private final long current;

    /**
     * Rules for a product.
     *
     * @param online all keys that the server has for it
     * @param current the number of the one that the root in force names; 0 without a root
     */
    RootRules(ServerKeys online, long current) {
        this.online = online;
        this.current = current;
    }

    /**
     * A root that is taken.
     *
     * @param onlineKey the number of the server's key that it names
     */
    record Accepted(Root root, long onlineKey) {}

    /**
     * Judges a root.
     *
     * @param inForce the one before it; empty for the first
     * @param version which one the caller says that it is
     */
    Accepted accepted(Optional<byte[]> inForce, long version, byte[] file, Instant now)
            throws ReleaseRefused {
        SignedFile<Root> read = read(file);
        Root next = read.unverified();
        if (next.version() != version) {
            throw new ReleaseRefused(
                    Fault.WRONG_VERSION,
                    "it is root version %d and was handed in as version %d"
                            .formatted(next.version(), version));
        }
        Optional<Root> before = inForce.map(RootRules::stored);
        long wanted = before.map(Root::version).orElse(0L) + 1;
        if (version != wanted) {
            throw new ReleaseRefused(
                    Fault.WRONG_VERSION,
                    "root must be version %d, not %d".formatted(wanted, version));
        }
        if (before.isPresent()) {
            requireSigned(read, before.get().keysOf(TopRole.ROOT), "the root before it");
        }
        requireSigned(read, next.keysOf(TopRole.ROOT), "its own root role");
        if (!next.expires().isAfter(now)) {
            throw new ReleaseRefused(
                    Fault.EXPIRED, "root has expired at %s".formatted(next.expires()));
        }
        requireForm(next);
        return new Accepted(next, onlineKey(next));
    }

    /** A root that was taken before. */
    static Root stored(byte[] file) {
        try {
            return MetadataReader.root(file).unverified();
        } catch (MalformedMetadata damaged) {
            throw new IllegalStateException("a stored root cannot be read", damaged);
        }
    }

    private static SignedFile<Root> read(byte[] file) throws ReleaseRefused {
        try {
            return MetadataReader.root(file);
        } catch (MalformedMetadata malformed) {
            throw new ReleaseRefused(
                    Fault.MALFORMED, String.valueOf(malformed.getMessage()), malformed);
        }
    }

    private static void requireSigned(SignedFile<Root> file, RoleKeys keys, String whose)
            throws ReleaseRefused {
        try {
            file.verifiedBy(keys);
        } catch (WrongSignatures wrong) {
            throw new ReleaseRefused(
                    Fault.WRONG_SIGNATURES,
                    "by the keys of %s: %s".formatted(whose, wrong.getMessage()),
                    wrong);
        }
    }

    private void requireForm(Root root) throws ReleaseRefused {
        if (!root.consistentSnapshot()) {
            throw new ReleaseRefused(Fault.MALFORMED, "consistent_snapshot must be true");
        }
        for (TopRole offline : List.of(TopRole.ROOT, TopRole.TARGETS)) {
            RoleKeys keys = root.keysOf(offline);
            if (online.haveOneIn(keys)) {
                throw new ReleaseRefused(
                        Fault.WRONG_KEYS,
                        "the server's online key must not be a key of %s: who steals the server"
                                        .formatted(offline.roleName())
                                + " would sign releases with it");
            }
            if (keys.threshold() > keys.keys().size()) {
                throw new ReleaseRefused(
                        Fault.WRONG_KEYS,
                        "%s needs %d signatures and has %d keys, so that nothing could be signed"
                                .formatted(
                                        offline.roleName(), keys.threshold(), keys.keys().size()));
            }
        }
    }

    private long onlineKey(Root root) throws ReleaseRefused {
        Optional<Long> snapshot = online.namedBy(root.keysOf(TopRole.SNAPSHOT), current);
        Optional<Long> timestamp = online.namedBy(root.keysOf(TopRole.TIMESTAMP), current);
        if (snapshot.isEmpty() || !snapshot.equals(timestamp)) {
            throw new ReleaseRefused(
                    Fault.WRONG_KEYS,
                    "snapshot and timestamp must have the server's online key %s alone, the same for both, with a threshold of 1"
                            .formatted(online.choices(current)));
        }
        return snapshot.get();
    }

    /** What whoever signs could do better. Nothing of it is in the way. */
    static List<String> advice(Root root) {
        List<String> advice = new ArrayList<>();
        RoleKeys keys = root.keysOf(TopRole.ROOT);
        if (keys.threshold() < ADVISED_THRESHOLD || keys.keys().size() < ADVISED_KEYS) {
            advice.add(
                    "Root is signed by %d of %d keys; %d of %d outlive the loss or the theft of one."
                            .formatted(
                                    keys.threshold(),
                                    keys.keys().size(),
                                    ADVISED_THRESHOLD,
                                    ADVISED_KEYS));
        }
        RoleKeys targets = root.keysOf(TopRole.TARGETS);
        if (!targets.hasKeyMissingIn(keys)) {
            advice.add(
                    "Every release key is a root key too; keys of their own let root stay in the safe.");
        }
        return advice;
    }
}
