/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * A file system in memory that knows what was synced and what was not. Everything of {@link
 * java.nio.file.Files} and {@link java.nio.channels.FileChannel} that keeps small files works on
 * its paths: reading, writing, renaming, hard links, directories, POSIX modes.
 *
 * <p>What a sync keeps is what POSIX promises and no more: {@code force} on a file keeps its
 * content, {@code force} on a directory keeps the names in it. A file that was synced under a name
 * that was not is lost. Access modes are kept and shown, and nobody is refused by them. Safe for
 * use by many threads.
 */
public final class CuttableFiles extends FileSystem {

    private final Platter platter;
    private final CuttableFilesProvider provider = new CuttableFilesProvider(this);

    CuttableFiles(Platter platter) {
        this.platter = platter;
    }

    /** An empty file system, with times of files by the system's clock. */
    public static CuttableFiles empty() {
        return empty(InstantSource.system());
    }

    /** An empty file system, with times of files by a clock. */
    public static CuttableFiles empty(InstantSource clock) {
        return new CuttableFiles(new Platter(clock));
    }

    /**
     * An empty file system on a medium that is soon full: its files hold so many bytes together,
     * and a write beyond fails as it does on Linux.
     */
    public static CuttableFiles empty(InstantSource clock, long bytesMax) {
        return new CuttableFiles(new Platter(clock, bytesMax));
    }

    /** The directory everything is in. */
    public Path root() {
        return getPath("/");
    }

    Platter platter() {
        return platter;
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public Path getPath(String first, String... more) {
        return new CuttablePath(this, FileSystems.getDefault().getPath(first, more));
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(root());
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher(syntaxAndPattern);
        return path -> path instanceof CuttablePath ours && matcher.matches(ours.text());
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("these files are there as long as the test");
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic", "posix");
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("these files belong to nobody");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("these files are not watched");
    }
}
