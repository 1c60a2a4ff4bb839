/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.protocol.sealing.SealBroken;
import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The device's memory: small named contents, each sealed under the wrapping key with its name as
 * context, so that nothing on the medium can be read, changed or swapped. Only what the product's
 * {@link StorageManifest} declares is written.
 *
 * <pre>{@code
 * SealedStorage storage =
 *         new SealedStorage(
 *                 DirectoryDisk.open(Path.of("/data/breakwater")),
 *                 WrappingKeyFile.openOrCreate(Path.of("/persist/wrapping.key")),
 *                 StorageManifest.resource(Tank.class, "storage.json", ManifestWarrant.UNSIGNED),
 *                 clock);
 * storage.write("wifi", credentials);
 * }</pre>
 *
 * <p>Names are 1 to 64 characters of {@code a-z 0-9 -}; contents are at most {@value
 * #CONTENT_BYTES_MAX} bytes. With each content the time is sealed at which it was written. Safe for
 * use by many threads; a write returns when it is durable.
 */
public final class SealedStorage {

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
    private static final String CONTEXT_PREFIX = "breakwater device storage 2: ";

    /** The time of writing, in milliseconds since 1970, before the content. */
    private static final int HEADER_BYTES = Long.BYTES;

    /** The longest content. */
    public static final int CONTENT_BYTES_MAX = (1 << 20) - HEADER_BYTES;

    private final Disk disk;
    private final WrappingKey wrappingKey;
    private final StorageManifest manifest;
    private final InstantSource clock;
    private final StorageUse use;

    /** Something done for as long as a storage is in use. */
    @FunctionalInterface
    public interface Work<T> {

        /** Does it. */
        T go() throws IOException;
    }

    /** A storage for the agent alone: it takes nothing of the product's own. */
    public SealedStorage(Disk disk, WrappingKey wrappingKey) {
        this(disk, wrappingKey, StorageManifest.ofAgent(), InstantSource.system());
    }

    /**
     * A storage on a medium, under a key.
     *
     * @param manifest what may be written
     * @param clock says when something was written, and how old it is
     */
    public SealedStorage(
            Disk disk, WrappingKey wrappingKey, StorageManifest manifest, InstantSource clock) {
        this(disk, wrappingKey, manifest, clock, new StorageUse());
    }

    private SealedStorage(
            Disk disk,
            WrappingKey wrappingKey,
            StorageManifest manifest,
            InstantSource clock,
            StorageUse use) {
        this.disk = disk;
        this.wrappingKey = wrappingKey;
        this.manifest = manifest;
        this.clock = clock;
        this.use = use;
    }

    /** The same storage by another clock. */
    public SealedStorage by(InstantSource other) {
        return new SealedStorage(disk, wrappingKey, manifest, other, use);
    }

    /**
     * Gives the storage to whoever erases it, for good: from here on every other use of it, and of
     * what it was made {@link #by}, fails with {@link HandedOver}. Returns when nobody is at work
     * in it any more.
     *
     * @param timeMax how long to wait for those who are
     * @return false if somebody still was when the time was up
     */
    public boolean handOver(Duration timeMax) {
        return use.end(timeMax);
    }

    /**
     * Does something beside the storage that must not outlive it, such as making a key in a token:
     * {@link #handOver} waits for it.
     *
     * @throws HandedOver if that has been called: then nothing was done
     */
    public <T> T whileInUse(Work<T> work) throws IOException {
        return use.during(work);
    }

    /** What may be written. */
    public StorageManifest manifest() {
        return manifest;
    }

    /**
     * The content under a name, or nothing if it was never written.
     *
     * @throws Damaged if the content does not open
     * @throws IOException if the medium cannot be read
     */
    public Optional<byte[]> read(String name) throws IOException {
        Optional<byte[]> opened = open(name);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        byte[] content = Arrays.copyOfRange(opened.get(), HEADER_BYTES, opened.get().length);
        Arrays.fill(opened.get(), (byte) 0);
        return Optional.of(content);
    }

    /**
     * When a name was written last, by the clock of that moment, or nothing if it was never
     * written.
     *
     * @throws Damaged if the content does not open
     */
    public Optional<Instant> writtenAt(String name) throws IOException {
        Optional<byte[]> opened = open(name);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        Instant at = Instant.ofEpochMilli(ByteBuffer.wrap(opened.get()).getLong());
        Arrays.fill(opened.get(), (byte) 0);
        return Optional.of(at);
    }

    private Optional<byte[]> open(String name) throws IOException {
        requireName(name);
        Optional<byte[]> sealed = use.during(() -> disk.read(name));
        if (sealed.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] opened = wrappingKey.open(sealed.get(), context(name));
            if (opened.length < HEADER_BYTES) {
                throw new IOException("the stored " + name + " is shorter than any we write");
            }
            return Optional.of(opened);
        } catch (SealBroken broken) {
            throw new Damaged(name, broken);
        }
    }

    /**
     * Seals the content and puts it in place of whatever the name held.
     *
     * @throws UndeclaredItem if the manifest does not declare the name
     * @throws NotStored if the medium did not take it, as when it is full
     */
    public void write(String name, byte[] content) throws IOException {
        if (manifest.declaring(requireName(name)).isEmpty()) {
            throw new UndeclaredItem(name, manifest.product());
        }
        byte[] plain =
                ByteBuffer.allocate(HEADER_BYTES + content.length)
                        .putLong(clock.millis())
                        .put(content)
                        .array();
        try {
            byte[] sealed = wrappingKey.seal(plain, context(name));
            inTurn(() -> replace(name, sealed));
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private void replace(String name, byte[] sealed) throws NotStored {
        try {
            disk.replace(name, sealed);
        } catch (IOException notTaken) {
            throw new NotStored(name, notTaken);
        }
    }

    /**
     * Deletes what has been kept for longer than its retention. What does not open stays: how old
     * it is nobody knows, and the {@link StorageInventory} shows it.
     *
     * @return the names that are gone
     */
    public SortedSet<String> eraseOverdue() throws IOException {
        SortedSet<String> erased = new TreeSet<>();
        Instant now = clock.instant();
        for (String name : names()) {
            Optional<Duration> retention = manifest.declaring(name).flatMap(StorageItem::retention);
            // Looked at and deleted as one, or what somebody writes in between would be lost.
            inTurn(
                    () -> {
                        if (retention.isPresent() && isOlder(name, retention.get(), now)) {
                            disk.delete(name);
                            erased.add(name);
                        }
                    });
        }
        return erased;
    }

    private boolean isOlder(String name, Duration retention, Instant now) throws IOException {
        try {
            return writtenAt(name)
                    .filter(at -> Duration.between(at, now).compareTo(retention) > 0)
                    .isPresent();
        } catch (Damaged unknown) {
            return false;
        }
    }

    /** How many bytes a name takes on the medium; nothing if it is not there. */
    Optional<Integer> storedBytes(String name) throws IOException {
        requireName(name);
        return use.during(() -> disk.read(name)).map(stored -> stored.length);
    }

    InstantSource clock() {
        return clock;
    }

    /**
     * Forgets a name. Flash may keep the sealed bytes for a while; without the key they are noise.
     */
    public void delete(String name) throws IOException {
        requireName(name);
        inTurn(() -> disk.delete(name));
    }

    /** A change of the medium. */
    private interface Change {
        void make() throws IOException;
    }

    private void inTurn(Change change) throws IOException {
        var _ =
                use.during(
                        () -> {
                            synchronized (disk) {
                                change.make();
                                return true;
                            }
                        });
    }

    /** All names that hold something. */
    public SortedSet<String> names() throws IOException {
        return use.during(disk::names);
    }

    private static byte[] context(String name) {
        return (CONTEXT_PREFIX + name).getBytes(UTF_8);
    }

    private static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a name in storage is 1 to 64 characters of a-z 0-9 -");
        }
        return name;
    }

    /** A content did not open: it was changed, or sealed under another wrapping key. */
    public static final class Damaged extends IOException {

        @Serial private static final long serialVersionUID = 1;

        Damaged(String name, SealBroken cause) {
            super(
                    "the stored %s was changed or sealed under another wrapping key: restore the key, or erase the storage and enroll the device anew"
                            .formatted(name),
                    cause);
        }
    }

    /**
     * The medium did not take a content. What the name held before is still there, unless the
     * failure came after the new content had its place.
     */
    public static final class NotStored extends IOException {

        @Serial private static final long serialVersionUID = 1;

        NotStored(String name, IOException cause) {
            super(
                    "the storage did not take %s: %s; if its medium is full, make room on it"
                            .formatted(name, cause.getMessage()),
                    cause);
        }
    }
}
