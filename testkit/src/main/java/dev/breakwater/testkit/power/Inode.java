/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A file or a directory: as programs see it, and as it was synced last. Guarded by the lock of its
 * {@link Platter}.
 */
final class Inode {

    private final boolean directory;
    private byte[] content = {};
    private byte[] syncedContent = {};

    /** Whether it was made shorter since the last sync: its blocks may be others by now. */
    private boolean shortened;

    private final SortedMap<String, Inode> names = new TreeMap<>();
    private final SortedMap<String, Inode> syncedNames = new TreeMap<>();
    private Set<PosixFilePermission> permissions;
    private FileTime modified;

    Inode(boolean directory, Set<PosixFilePermission> permissions, FileTime modified) {
        this.directory = directory;
        this.permissions = Set.copyOf(permissions);
        this.modified = modified;
    }

    boolean isDirectory() {
        return directory;
    }

    byte[] content() {
        return content;
    }

    void content(byte[] now, FileTime at) {
        shortened |= now.length < content.length;
        content = now;
        modified = at;
    }

    SortedMap<String, Inode> names() {
        return names;
    }

    Set<PosixFilePermission> permissions() {
        return permissions;
    }

    void permissions(Set<PosixFilePermission> now) {
        permissions = Set.copyOf(now);
    }

    FileTime modified() {
        return modified;
    }

    void modified(FileTime now) {
        modified = now;
    }

    /** What fsync does: for a file its content, for a directory its names, and neither for both. */
    void sync() {
        syncedContent = content.clone();
        shortened = false;
        syncedNames.clear();
        syncedNames.putAll(names);
    }

    /** A copy in every respect; a file with two names stays one file. */
    Inode copy(Map<Inode, Inode> copied) {
        Inode known = copied.get(this);
        if (known != null) {
            return known;
        }
        Inode copy = new Inode(directory, permissions, modified);
        copied.put(this, copy);
        copy.content = content.clone();
        copy.syncedContent = syncedContent.clone();
        copy.shortened = shortened;
        names.forEach((name, inode) -> copy.names.put(name, inode.copy(copied)));
        syncedNames.forEach((name, inode) -> copy.syncedNames.put(name, inode.copy(copied)));
        return copy;
    }

    /** What a start after the cut finds; all of it is on the medium then. */
    Inode survivor(Survival survival) {
        return survivor(survival, new IdentityHashMap<>());
    }

    private Inode survivor(Survival survival, Map<Inode, Inode> found) {
        Inode known = found.get(this);
        if (known != null) {
            return known;
        }
        Inode left = new Inode(directory, permissions, modified);
        found.put(this, left);
        left.content =
                shortened || content.length != syncedContent.length
                        ? survival.content(syncedContent, content)
                        : survival.overwritten(syncedContent, content);
        (survival.keepsNames() ? names : syncedNames)
                .forEach((name, inode) -> left.names.put(name, inode.survivor(survival, found)));
        left.sync();
        return left;
    }

    /** Tells two media apart by all that a program can see of them but the times. */
    String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest("", digest);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this JDK has no SHA-256", impossible);
        }
    }

    private void digest(String name, MessageDigest digest) {
        digest.update(
                "%s/%s/%s/%d/"
                        .formatted(
                                name,
                                directory,
                                PosixFilePermissions.toString(permissions),
                                content.length)
                        .getBytes(UTF_8));
        digest.update(content);
        names.forEach((below, inode) -> inode.digest(below, digest));
        digest.update((byte) '^');
    }

    /** The bytes of all files here and below; one with two names counts twice. */
    long bytes() {
        return content.length + names.values().stream().mapToLong(Inode::bytes).sum();
    }

    /** Puts bytes at a place, with zeros before it if the file is shorter. */
    void write(int position, byte[] bytes, FileTime at) {
        byte[] longer = Arrays.copyOf(content, Math.max(content.length, position + bytes.length));
        System.arraycopy(bytes, 0, longer, position, bytes.length);
        content(longer, at);
    }
}
