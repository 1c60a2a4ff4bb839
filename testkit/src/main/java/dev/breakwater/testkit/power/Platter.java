/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The medium: a tree of inodes, and a picture of it before each write. All methods hold its lock,
 * so that a picture and what had been acknowledged by then belong together.
 */
final class Platter {

    /** A life that writes more often than this is not one a test plays at every write. */
    static final int WRITES_MAX = 20_000;

    private static final Set<PosixFilePermission> DIRECTORY_MODE =
            PosixFilePermissions.fromString("rwxr-xr-x");

    /** How everything was at the moment before a write. */
    record Picture(Inode root, String next, List<String> acknowledged) {}

    private final InstantSource clock;
    private final Inode root;
    private final long bytesMax;
    private final List<Picture> pictures = new ArrayList<>();
    private final List<String> acknowledged = new ArrayList<>();

    /** An empty medium. */
    Platter(InstantSource clock) {
        this(clock, Long.MAX_VALUE);
    }

    /** An empty medium that takes so many bytes in all its files. */
    Platter(InstantSource clock, long bytesMax) {
        this(clock, new Inode(true, DIRECTORY_MODE, FileTime.from(clock.instant())), bytesMax);
    }

    /** A medium as a cut left it. */
    Platter(InstantSource clock, Inode root) {
        this(clock, root, Long.MAX_VALUE);
    }

    private Platter(InstantSource clock, Inode root, long bytesMax) {
        this.clock = clock;
        this.root = root;
        this.bytesMax = bytesMax;
    }

    /** Fails, as a full medium does, if a file cannot become longer by so much. */
    synchronized void requireRoom(long more) throws IOException {
        if (more > 0 && bytesMax != Long.MAX_VALUE && root.bytes() + more > bytesMax) {
            throw new IOException("No space left on device");
        }
    }

    /** What changes the medium. */
    @FunctionalInterface
    interface Change<T> {
        T make() throws IOException;
    }

    /** Takes a picture, then makes the change. */
    synchronized <T> T write(String what, Change<T> change) throws IOException {
        takePicture(what);
        return change.make();
    }

    /** Takes the picture after everything. */
    synchronized List<Picture> end() {
        takePicture("the end");
        return List.copyOf(pictures);
    }

    /** The same files, all of them synced, with what has been acknowledged and no pictures yet. */
    synchronized CuttableFiles settled() {
        Platter settled = new Platter(clock, root.survivor(Survival.EVERYTHING));
        settled.acknowledged.addAll(acknowledged);
        return new CuttableFiles(settled);
    }

    synchronized void acknowledge(String fact) {
        acknowledged.add(fact);
    }

    private void takePicture(String next) {
        if (pictures.size() == WRITES_MAX) {
            throw new IllegalStateException(
                    "a life of more than %d writes: play a shorter one".formatted(WRITES_MAX));
        }
        pictures.add(
                new Picture(root.copy(new IdentityHashMap<>()), next, List.copyOf(acknowledged)));
    }

    FileTime now() {
        return FileTime.from(clock.instant());
    }

    /** The inode at an absolute, normal path. */
    synchronized Optional<Inode> find(Path absolute) {
        Inode inode = root;
        for (Path name : absolute) {
            Inode next = inode.names().get(name.toString());
            if (next == null) {
                return Optional.empty();
            }
            inode = next;
        }
        return Optional.of(inode);
    }

    Inode require(Path absolute) throws NoSuchFileException {
        return find(absolute).orElseThrow(() -> new NoSuchFileException(absolute.toString()));
    }

    /** The directory that holds the name. */
    Inode parent(Path absolute) throws IOException {
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new IOException("the root has no parent");
        }
        Inode inode = require(parent);
        if (!inode.isDirectory()) {
            throw new NotDirectoryException(parent.toString());
        }
        return inode;
    }

    /** Makes a file or a directory; nothing of it is synced yet. */
    synchronized Inode make(Path absolute, boolean directory, Set<PosixFilePermission> mode)
            throws IOException {
        Inode parent = parent(absolute);
        if (parent.names().containsKey(name(absolute))) {
            throw new FileAlreadyExistsException(absolute.toString());
        }
        return write(
                "make " + absolute,
                () -> {
                    Inode made = new Inode(directory, mode, now());
                    parent.names().put(name(absolute), made);
                    return made;
                });
    }

    static String name(Path absolute) {
        return String.valueOf(absolute.getFileName());
    }
}
