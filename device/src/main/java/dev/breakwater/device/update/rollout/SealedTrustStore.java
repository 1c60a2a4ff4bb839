/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.protocol.update.metadata.MetadataLimits;
import dev.breakwater.protocol.update.trust.TrustStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the device trusts of a repository, sealed: whoever writes to the medium cannot put another
 * root in its place. What does not open is as if it had never been there, so trust begins anew with
 * the root that the product was shipped with; the release counter and the floor still keep older
 * releases away.
 *
 * <p>A file that is longer than the storage takes lies in parts. They are written before the record
 * that names them, and beside the parts of the file before, so a power cut leaves one of the two.
 */
final class SealedTrustStore implements TrustStore {

    private static final Logger LOG = LoggerFactory.getLogger(SealedTrustStore.class);
    private static final String PREFIX = "update-trust-";
    private static final String ROOT = "root";

    /** Half of what a content may be: records and parts alike stay below. */
    private static final int PART_BYTES = 512 * 1024;

    /** The generation, the number of parts, and the SHA-256 of the whole. */
    private static final int HEADER_BYTES = 1 + Integer.BYTES + 32;

    private static final int PARTS_MAX =
            (MetadataLimits.TARGETS_BYTES_MAX + PART_BYTES - 1) / PART_BYTES;

    private final SealedStorage storage;
    private final ShippedRoot shipped;

    SealedTrustStore(SealedStorage storage, ShippedRoot shipped) {
        this.storage = storage;
        this.shipped = shipped;
    }

    @Override
    public Optional<byte[]> read(String role) throws IOException {
        Optional<byte[]> kept = kept(role);
        return kept.isEmpty() && role.equals(ROOT) ? Optional.of(shipped.bytes()) : kept;
    }

    private Optional<byte[]> kept(String role) throws IOException {
        try {
            Optional<byte[]> stored = storage.read(name(role));
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            Optional<byte[]> file = whole(role, ByteBuffer.wrap(stored.get()));
            if (file.isEmpty()) {
                LOG.warn("What was trusted of {} is not whole; trust begins anew", name(role));
            }
            return file;
        } catch (SealedStorage.Damaged swapped) {
            LOG.error("What was trusted was swapped or damaged; trust begins anew", swapped);
            return Optional.empty();
        }
    }

    private Optional<byte[]> whole(String role, ByteBuffer record) throws IOException {
        if (record.remaining() < HEADER_BYTES) {
            return Optional.empty();
        }
        byte generation = record.get();
        int parts = record.getInt();
        byte[] hash = new byte[32];
        record.get(hash);
        byte[] content = new byte[record.remaining()];
        record.get(content);
        if (parts < 0 || parts > PARTS_MAX) {
            return Optional.empty();
        }
        for (int part = 0; part < parts; part++) {
            Optional<byte[]> next = storage.read(name(role, generation, part));
            if (next.isEmpty()) {
                return Optional.empty();
            }
            int before = content.length;
            content = Arrays.copyOf(content, before + next.get().length);
            System.arraycopy(next.get(), 0, content, before, next.get().length);
        }
        return MessageDigest.isEqual(sha256(content), hash)
                ? Optional.of(content)
                : Optional.empty();
    }

    @Override
    public void write(String role, byte[] file) throws IOException {
        int before = generation(role);
        byte generation = (byte) (before == 0 ? 1 : 0);
        boolean inline = file.length <= PART_BYTES;
        int parts = inline ? 0 : (file.length + PART_BYTES - 1) / PART_BYTES;
        for (int part = 0; part < parts; part++) {
            int from = part * PART_BYTES;
            storage.write(
                    name(role, generation, part),
                    Arrays.copyOfRange(file, from, Math.min(file.length, from + PART_BYTES)));
        }
        ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + (inline ? file.length : 0));
        record.put(generation).putInt(parts).put(sha256(file)).put(inline ? file : new byte[0]);
        storage.write(name(role), record.array());
        forgetParts(role, before);
    }

    @Override
    public void remove(String role) throws IOException {
        storage.delete(name(role));
        forgetParts(role, 0);
        forgetParts(role, 1);
    }

    private int generation(String role) throws IOException {
        try {
            return storage.read(name(role))
                    .filter(record -> record.length >= HEADER_BYTES)
                    .map(record -> record[0] & 1)
                    .orElse(0);
        } catch (SealedStorage.Damaged unreadable) {
            LOG.debug("A damaged record is written anew", unreadable);
            return 0;
        }
    }

    private void forgetParts(String role, int generation) throws IOException {
        String prefix = name(role) + "-" + generation + "-";
        for (String name : storage.names()) {
            if (name.startsWith(prefix)) {
                storage.delete(name);
            }
        }
    }

    private static String name(String role, int generation, int part) {
        return name(role) + "-" + generation + "-" + part;
    }

    /** Roles may have any name, and the storage's names are short. */
    private static String name(String role) {
        byte[] hash = sha256(role.getBytes(StandardCharsets.UTF_8));
        return PREFIX + HexFormat.of().formatHex(hash, 0, 16);
    }

    static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this JDK has no SHA-256", impossible);
        }
    }
}
