/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A path of {@link CuttableFiles}: the text of one of the default file system, which it is not. */
final class CuttablePath implements Path {

    private final CuttableFiles files;
    private final Path text;

    CuttablePath(CuttableFiles files, Path text) {
        this.files = files;
        this.text = text;
    }

    /** The path as the default file system would write it, to be computed with and never opened. */
    Path text() {
        return text;
    }

    /** Absolute and normal, as the medium knows it. */
    Path place() {
        return Path.of("/").resolve(text).normalize();
    }

    private CuttablePath of(Path other) {
        return new CuttablePath(files, other);
    }

    private @Nullable Path orNull(@Nullable Path other) {
        return other == null ? null : of(other);
    }

    private static Path textOf(Path other) {
        if (other instanceof CuttablePath ours) {
            return ours.text;
        }
        throw new ProviderMismatchException("a path of other files: " + other);
    }

    @Override
    public FileSystem getFileSystem() {
        return files;
    }

    @Override
    public boolean isAbsolute() {
        return text.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return orNull(text.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return orNull(text.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return orNull(text.getParent());
    }

    @Override
    public int getNameCount() {
        return text.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return of(text.getName(index));
    }

    @Override
    public Path subpath(int begin, int end) {
        return of(text.subpath(begin, end));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof CuttablePath ours && text.startsWith(ours.text);
    }

    @Override
    public boolean endsWith(Path other) {
        return other instanceof CuttablePath ours && text.endsWith(ours.text);
    }

    @Override
    public Path normalize() {
        return of(text.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return of(text.resolve(textOf(other)));
    }

    @Override
    public Path relativize(Path other) {
        return of(text.relativize(textOf(other)));
    }

    @Override
    public URI toUri() {
        return URI.create(CuttableFilesProvider.SCHEME + "://" + place());
    }

    @Override
    public Path toAbsolutePath() {
        return of(Path.of("/").resolve(text));
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        var _ = files.platter().require(place());
        return of(place());
    }

    @Override
    public WatchKey register(
            WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("these files are not watched");
    }

    @Override
    public int compareTo(Path other) {
        return text.compareTo(textOf(other));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CuttablePath ours
                && files.equals(ours.files)
                && text.equals(ours.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
