/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One change of a profile, which no two commands make at the same time. The place of the new
 * profile is taken when the change begins, so that a full or read-only disk is found before
 * something that works only once is used up. Readers need not wait: they see the profile before or
 * after, whole.
 */
public final class ProfileChange implements AutoCloseable {

    /** Longer than the one request to the server that another command may be waiting for. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final ProfileFile file;
    private final FileChannel lockFile;
    private final Path waiting;

    private ProfileChange(ProfileFile file, FileChannel lockFile, Path waiting) {
        this.file = file;
        this.lockFile = lockFile;
        this.waiting = waiting;
    }

    /** Waits for its turn. */
    static ProfileChange begin(ProfileFile file) throws IOException {
        FileChannel lockFile =
                FileChannel.open(
                        sibling(file, ".lock"),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(ProfileFile.OWNER_ONLY));
        try {
            awaitTurn(file, lockFile);
            Path waiting = sibling(file, ".next");
            // Whoever left one there is gone: it would hold the lock.
            Files.deleteIfExists(waiting);
            Files.createFile(waiting, PosixFilePermissions.asFileAttribute(ProfileFile.OWNER_ONLY));
            return new ProfileChange(file, lockFile, waiting);
        } catch (IOException | RuntimeException refused) {
            lockFile.close();
            throw refused;
        }
    }

    private static Path sibling(ProfileFile file, String ending) {
        return file.path().resolveSibling(file.path().getFileName() + ending);
    }

    private static void awaitTurn(ProfileFile file, FileChannel lockFile) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (tryLock(lockFile) == null) {
            if (System.nanoTime() > deadline) {
                throw new CommandFailed(
                        ExitCode.CANNOT_START,
                        "another command has been changing the profile "
                                + file.path()
                                + " for "
                                + PATIENCE.toSeconds()
                                + " s; end it and try again");
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new CommandFailed(
                        ExitCode.CANNOT_START, "interrupted while waiting", interrupted);
            }
        }
    }

    /** Another process holds it, or another thread of this one, which Java tells by exception. */
    private static @Nullable FileLock tryLock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException heldHere) {
            return null;
        }
    }

    /** What is to be changed; empty if there is no profile yet. */
    public Optional<Profile> before() {
        return Files.exists(file.path()) ? Optional.of(file.read()) : Optional.empty();
    }

    /**
     * Puts the profile in its place, whole or not at all.
     *
     * @throws IOException if the disk refuses; the profile is then as it was
     */
    public void store(Profile profile) throws IOException {
        Files.writeString(
                waiting,
                ProfileFile.text(profile),
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(waiting, file.path(), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(waiting);
        } finally {
            lockFile.close();
        }
    }
}
