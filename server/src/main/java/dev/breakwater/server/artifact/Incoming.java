/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.server.artifact.ArtifactStore.Begun;
import dev.breakwater.server.artifact.ArtifactUpload.Appended;
import dev.breakwater.server.artifact.ArtifactUpload.Finished;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Uploads that have begun, in a directory of this machine whichever store they go to: one file of
 * bytes and one that says how many of them count. Nothing of an upload is in memory, so that a
 * restart changes nothing.
 */
final class Incoming {

    private static final String DIRECTORY = "incoming";
    private static final String PART = ".part";
    private static final String PROGRESS = ".progress";
    private static final int LOCKS = 64;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path root;
    private final Limits limits;
    private final Clock clock;
    private final Keeping keeping;

    /** Taken while the uploads of an organization are counted, before any of the others. */
    private final List<ReentrantLock> counting = locks();

    /** Taken while an upload is changed; finishing one may take minutes. */
    private final List<ReentrantLock> changing = locks();

    /** Where artifacts go that have arrived. */
    interface Keeping {

        Optional<StoredArtifact> find(OrganizationId organization, ArtifactHash hash);

        List<StoredArtifact> all(OrganizationId organization);

        /**
         * Makes it an artifact, durably and at once. What is left of the file afterwards is
         * removed.
         *
         * @param whole has the hash and is on disk
         */
        void keep(OrganizationId organization, StoredArtifact artifact, Path whole)
                throws IOException;
    }

    Incoming(Path root, Limits limits, Clock clock, Keeping keeping) {
        this.root = root;
        this.limits = limits;
        this.clock = clock;
        this.keeping = keeping;
    }

    private static List<ReentrantLock> locks() {
        return IntStream.range(0, LOCKS).mapToObj(_ -> new ReentrantLock()).toList();
    }

    Begun begin(OrganizationId organization, ArtifactHash wanted, long length) {
        return exclusively(
                of(counting, organization),
                "beginning an upload",
                () ->
                        exclusively(
                                changing(organization, wanted),
                                "beginning an upload",
                                () -> beginAlone(organization, wanted, length)));
    }

    private Begun beginAlone(OrganizationId organization, ArtifactHash wanted, long length)
            throws IOException {
        Optional<StoredArtifact> there = keeping.find(organization, wanted);
        if (there.isPresent()) {
            return new Begun.AlreadyStored(there.get());
        }
        long lengthMost = mebibytes(Limit.ARTIFACT_MEBIBYTES);
        if (length < 1 || length > lengthMost) {
            return new Begun.LengthRefused(lengthMost);
        }
        Path directory = directory(organization);
        DurableFile.createDirectory(directory);
        Optional<Progress> before = progress(directory, wanted);
        if (before.isPresent() && before.get().length() == length) {
            touch(directory, wanted, before.get());
            return open(organization, wanted, length);
        }
        drop(directory, wanted);
        return beginAnew(organization, wanted, length, directory);
    }

    private Begun beginAnew(
            OrganizationId organization, ArtifactHash wanted, long length, Path directory)
            throws IOException {
        long claimed = 0;
        int open = 0;
        for (ArtifactHash other : begun(directory)) {
            Optional<Progress> progress = progress(directory, other);
            if (progress.isEmpty() || isOver(progress.get())) {
                dropIfLeft(organization, directory, other);
            } else {
                claimed += progress.get().length();
                open++;
            }
        }
        int openMost = limits.of(Limit.ARTIFACT_UPLOADS_PER_ORGANIZATION);
        if (open >= openMost) {
            return new Begun.TooManyUploads(openMost);
        }
        long used =
                claimed
                        + keeping.all(organization).stream()
                                .mapToLong(StoredArtifact::length)
                                .sum();
        long usedMost = mebibytes(Limit.ARTIFACTS_MEBIBYTES_PER_ORGANIZATION);
        if (used + length > usedMost) {
            return new Begun.OrganizationFull(used, usedMost);
        }
        long free = free(directory);
        long kept = mebibytes(Limit.ARTIFACT_DISK_KEPT_MEBIBYTES);
        if (free - length < kept) {
            return new Begun.DiskFull(free, kept);
        }
        new Progress(length, 0, clock.instant()).write(progressFile(directory, wanted));
        return open(organization, wanted, length);
    }

    private Begun.Open open(OrganizationId organization, ArtifactHash wanted, long length) {
        return new Begun.Open(new Upload(organization, wanted, length));
    }

    private void touch(Path directory, ArtifactHash hash, Progress progress) throws IOException {
        progress.come(progress.received(), clock.instant()).write(progressFile(directory, hash));
    }

    private boolean isOver(Progress progress) {
        return clock.instant()
                .isAfter(progress.touched().plus(limits.seconds(Limit.ARTIFACT_UPLOAD_SECONDS)));
    }

    /** Does something to an artifact while no upload of it begins, goes on or ends. */
    <T> T alone(OrganizationId of, ArtifactHash hash, String what, ArtifactFiles.Work<T> work) {
        return exclusively(changing(of, hash), what, work);
    }

    /** Forgets an upload, whether it is whole or not. */
    void remove(OrganizationId organization, ArtifactHash hash) {
        exclusively(
                changing(organization, hash),
                "dropping an upload",
                () -> {
                    drop(directory(organization), hash);
                    return hash;
                });
    }

    /** Looked at once more by whoever alone may change it; at work on it, it is not left. */
    private void dropIfLeft(OrganizationId organization, Path directory, ArtifactHash hash)
            throws IOException {
        ReentrantLock lock = changing(organization, hash);
        if (!lock.tryLock()) {
            return;
        }
        try {
            Optional<Progress> progress = progress(directory, hash);
            if (progress.isEmpty() || isOver(progress.get())) {
                drop(directory, hash);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The progress goes first: without it the bytes count for nothing. */
    private void drop(Path directory, ArtifactHash hash) throws IOException {
        boolean any = Files.deleteIfExists(progressFile(directory, hash));
        any |= Files.deleteIfExists(partFile(directory, hash));
        if (any) {
            ArtifactFiles.sync(directory);
        }
    }

    /** How far it has come, as far as the bytes are there. */
    private static Optional<Progress> progress(Path directory, ArtifactHash hash)
            throws IOException {
        Optional<Progress> said = Progress.read(progressFile(directory, hash));
        if (said.isEmpty() || said.get().received() == 0) {
            return said;
        }
        Path part = partFile(directory, hash);
        boolean there =
                Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)
                        && Files.size(part) >= said.get().received();
        return there ? said : Optional.empty();
    }

    /** Every upload of which there is a file. */
    private static Set<ArtifactHash> begun(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(PART) || name.endsWith(PROGRESS))
                    .flatMap(
                            name ->
                                    ArtifactHash.of(name.substring(0, name.lastIndexOf('.')))
                                            .stream())
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    private static long free(Path directory) throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    private long mebibytes(Limit limit) {
        return (long) limits.of(limit) << 20;
    }

    private Path directory(OrganizationId organization) {
        return root.resolve(organization.toString()).resolve(DIRECTORY);
    }

    private static Path partFile(Path directory, ArtifactHash hash) {
        return directory.resolve(hash.hex() + PART);
    }

    private static Path progressFile(Path directory, ArtifactHash hash) {
        return directory.resolve(hash.hex() + PROGRESS);
    }

    private ReentrantLock changing(OrganizationId organization, ArtifactHash hash) {
        return of(changing, List.of(organization, hash));
    }

    private static ReentrantLock of(List<ReentrantLock> locks, Object key) {
        return locks.get(Math.floorMod(key.hashCode(), LOCKS));
    }

    private static <T> T exclusively(ReentrantLock lock, String what, ArtifactFiles.Work<T> work) {
        lock.lock();
        try {
            return ArtifactFiles.doing(what, work);
        } finally {
            lock.unlock();
        }
    }

    /** Knows only which one it is; all else is read from disk each time. */
    private final class Upload implements ArtifactUpload {

        private final OrganizationId organization;
        private final ArtifactHash wanted;
        private final long length;
        private final Path directory;

        Upload(OrganizationId organization, ArtifactHash wanted, long length) {
            this.organization = organization;
            this.wanted = wanted;
            this.length = length;
            this.directory = directory(organization);
        }

        @Override
        public ArtifactHash wanted() {
            return wanted;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public long received() {
            return alone("reading an upload", () -> mine().map(Progress::received).orElse(0L));
        }

        @Override
        public Appended append(long offset, byte[] part) {
            return alone("storing a part of an artifact", () -> take(offset, part));
        }

        private Appended take(long offset, byte[] part) throws IOException {
            Optional<Progress> progress = mine();
            if (progress.isEmpty()) {
                return new Appended.Gone();
            }
            long received = progress.get().received();
            if (offset != received) {
                return new Appended.OutOfOrder(received);
            }
            if (part.length > length - received) {
                return new Appended.TooLong(received);
            }
            if (free(directory) - part.length < mebibytes(Limit.ARTIFACT_DISK_KEPT_MEBIBYTES)) {
                throw new StorageUnavailable(
                        "the disk of the artifacts is full up to what "
                                + Limit.ARTIFACT_DISK_KEPT_MEBIBYTES.key()
                                + " keeps for the database");
            }
            write(offset, part);
            Progress further = progress.get().come(received + part.length, clock.instant());
            further.write(progressFile(directory, wanted));
            return new Appended.Taken(further.received());
        }

        /** What a crash left behind the offset is overwritten, and cut off if it is longer. */
        private void write(long offset, byte[] part) throws IOException {
            try (FileChannel file =
                    FileChannel.open(
                            partFile(directory, wanted),
                            Set.of(CREATE, WRITE, LinkOption.NOFOLLOW_LINKS),
                            OWNER_ONLY)) {
                file.truncate(offset);
                file.position(offset);
                ByteBuffer left = ByteBuffer.wrap(part);
                while (left.hasRemaining()) {
                    file.write(left);
                }
                file.force(true);
            }
        }

        @Override
        public Finished finish() {
            return alone("finishing an upload", this::keep);
        }

        private Finished keep() throws IOException {
            Optional<StoredArtifact> there = keeping.find(organization, wanted);
            if (there.isPresent()) {
                drop(directory, wanted);
                return new Finished.Stored(there.get());
            }
            Optional<Progress> progress = mine();
            if (progress.isEmpty()) {
                return new Finished.Gone();
            }
            if (progress.get().received() < length) {
                return new Finished.Incomplete(progress.get().received());
            }
            Path whole = partFile(directory, wanted);
            try (FileChannel file = FileChannel.open(whole, WRITE)) {
                file.truncate(length);
                file.force(true);
            }
            ArtifactHash actual = ArtifactFiles.hash(whole);
            if (!actual.equals(wanted)) {
                drop(directory, wanted);
                return new Finished.WrongHash(actual);
            }
            StoredArtifact artifact = new StoredArtifact(wanted, length);
            keeping.keep(organization, artifact, whole);
            drop(directory, wanted);
            return new Finished.Stored(artifact);
        }

        @Override
        public void abandon() {
            remove(organization, wanted);
        }

        private Optional<Progress> mine() throws IOException {
            return progress(directory, wanted).filter(progress -> progress.length() == length);
        }

        private <T> T alone(String what, ArtifactFiles.Work<T> work) {
            return exclusively(changing(organization, wanted), what, work);
        }
    }
}
