/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link java.nio.file.Files} does, done to a {@link Platter}. */
final class CuttableFilesProvider extends FileSystemProvider {

    static final String SCHEME = "cuttable";

    private static final Set<PosixFilePermission> FILE_MODE =
            PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> DIRECTORY_MODE =
            PosixFilePermissions.fromString("rwxr-xr-x");

    private final CuttableFiles files;

    CuttableFilesProvider(CuttableFiles files) {
        this.files = files;
    }

    private Platter platter() {
        return files.platter();
    }

    private static Path place(Path path) {
        if (path instanceof CuttablePath ours) {
            return ours.place();
        }
        throw new ProviderMismatchException("a path of other files: " + path);
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("CuttableFiles.empty() makes these files");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return files;
    }

    @Override
    public Path getPath(URI uri) {
        return files.getPath(uri.getPath());
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Path place = place(path);
        synchronized (platter()) {
            boolean writing = options.contains(WRITE) || options.contains(APPEND);
            @Nullable Inode inode = platter().find(place).orElse(null);
            if (inode != null && writing && options.contains(CREATE_NEW)) {
                throw new FileAlreadyExistsException(place.toString());
            }
            if (inode == null) {
                if (!writing || !(options.contains(CREATE) || options.contains(CREATE_NEW))) {
                    throw new NoSuchFileException(place.toString());
                }
                inode = platter().make(place, false, mode(FILE_MODE, attributes));
            }
            CuttableChannel channel =
                    new CuttableChannel(platter(), inode, place.toString(), options);
            if (writing && options.contains(TRUNCATE_EXISTING)) {
                var _ = channel.truncate(0);
            }
            return channel;
        }
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
            Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
        List<Path> found = new ArrayList<>();
        synchronized (platter()) {
            Inode inode = platter().require(place(directory));
            if (!inode.isDirectory()) {
                throw new NotDirectoryException(directory.toString());
            }
            for (String name : inode.names().keySet()) {
                Path entry = directory.resolve(name);
                if (filter.accept(entry)) {
                    found.add(entry);
                }
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return found.iterator();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        var _ = platter().make(place(directory), true, mode(DIRECTORY_MODE, attributes));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        synchronized (platter()) {
            Inode inode = platter().require(place(existing));
            Inode parent = platter().parent(place(link));
            if (parent.names().containsKey(Platter.name(place(link)))) {
                throw new FileAlreadyExistsException(link.toString());
            }
            change("link " + link, () -> parent.names().put(Platter.name(place(link)), inode));
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        synchronized (platter()) {
            Inode inode = platter().require(place(path));
            if (!inode.names().isEmpty()) {
                throw new DirectoryNotEmptyException(path.toString());
            }
            Inode parent = platter().parent(place(path));
            change("delete " + path, () -> parent.names().remove(Platter.name(place(path))));
        }
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        synchronized (platter()) {
            Inode inode = platter().require(place(from));
            Inode source = platter().parent(place(from));
            Inode target = platter().parent(place(to));
            boolean replacing =
                    List.of(options).contains(StandardCopyOption.REPLACE_EXISTING)
                            || List.of(options).contains(StandardCopyOption.ATOMIC_MOVE);
            if (!replacing && target.names().containsKey(Platter.name(place(to)))) {
                throw new FileAlreadyExistsException(to.toString());
            }
            change(
                    "rename %s to %s".formatted(from, to),
                    () -> {
                        source.names().remove(Platter.name(place(from)));
                        target.names().put(Platter.name(place(to)), inode);
                    });
        }
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
        synchronized (platter()) {
            byte[] content = platter().require(place(from)).content().clone();
            if (List.of(options).contains(StandardCopyOption.REPLACE_EXISTING)) {
                boolean _ = deleteIfExists(to);
            }
            Inode made = platter().make(place(to), false, FILE_MODE);
            change("copy to " + to, () -> made.write(0, content, platter().now()));
        }
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return platter().require(place(one)) == platter().require(place(other));
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException("these files lie in memory");
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        var _ = platter().require(place(path));
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        CuttableAttributes view = new CuttableAttributes(platter(), place(path));
        return type.isInstance(view) ? type.cast(view) : null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
            Path path, Class<A> type, LinkOption... options) throws IOException {
        var read = new CuttableAttributes(platter(), place(path)).readAttributes();
        if (!type.isInstance(read)) {
            throw new UnsupportedOperationException("no attributes of " + type.getSimpleName());
        }
        return type.cast(read);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) {
        throw new UnsupportedOperationException("attributes are not read by name");
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) {
        throw new UnsupportedOperationException("attributes are not set by name");
    }

    private void change(String what, Runnable effect) throws IOException {
        boolean _ =
                platter()
                        .write(
                                what,
                                () -> {
                                    effect.run();
                                    return true;
                                });
    }

    /** The mode that was asked for; of attributes at the making of a file, POSIX knows no other. */
    private static Set<PosixFilePermission> mode(
            Set<PosixFilePermission> usual, FileAttribute<?>... attributes) {
        for (FileAttribute<?> attribute : attributes) {
            if (attribute.name().equals("posix:permissions")
                    && attribute.value() instanceof Set<?> wanted) {
                Set<PosixFilePermission> mode = new HashSet<>();
                wanted.forEach(permission -> mode.add((PosixFilePermission) permission));
                return mode;
            }
        }
        return usual;
    }
}
