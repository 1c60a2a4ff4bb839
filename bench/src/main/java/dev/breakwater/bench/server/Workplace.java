/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A directory for the servers of one run. It lies beside the build's results and not in {@code
 * /tmp}, which is no disk on many machines: a sync there would cost nothing.
 */
public final class Workplace implements AutoCloseable {

    private final Path directory;
    private final Thread deleteAtEnd;

    private Workplace(Path directory) {
        this.directory = directory;
        this.deleteAtEnd = new Thread(() -> delete(directory), "end of " + directory);
        Runtime.getRuntime().addShutdownHook(deleteAtEnd);
    }

    /** A new directory below this one. */
    public static Workplace below(Path parent) throws IOException {
        Files.createDirectories(parent);
        return new Workplace(Files.createTempDirectory(parent, "run-"));
    }

    /** A new directory for one server. */
    public Path forServer(String name) throws IOException {
        return Files.createTempDirectory(directory, name + "-");
    }

    /** Copies a file or a directory with all that is in it. */
    public static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path visited, BasicFileAttributes attributes) throws IOException {
                        Path copy = to.resolve(from.relativize(visited).toString());
                        Files.copy(visited, copy, StandardCopyOption.COPY_ATTRIBUTES);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Path copy = to.resolve(from.relativize(file).toString());
                        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Deletes a directory with all that is in it; one that is not there is deleted already. */
    public static void delete(Path unwanted) {
        if (!Files.exists(unwanted)) {
            return;
        }
        try {
            Files.walkFileTree(
                    unwanted,
                    new SimpleFileVisitor<Path>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.deleteIfExists(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException gone) {
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path visited, @Nullable IOException cut) throws IOException {
                            Files.deleteIfExists(visited);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException stuck) {
            throw new UncheckedIOException(stuck);
        }
    }

    @Override
    public void close() {
        delete(directory);
        try {
            Runtime.getRuntime().removeShutdownHook(deleteAtEnd);
        } catch (IllegalStateException endingAlready) {
            return;
        }
    }
}
