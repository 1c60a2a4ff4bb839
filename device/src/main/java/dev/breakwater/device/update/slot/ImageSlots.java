/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * Slots that hold a raw image each: two block devices, or two files of a fixed size. An image goes
 * into its slot as it arrives, since a device seldom has room for a third copy; nothing boots that
 * slot before the whole of it has been read back and hashed. Regions of zeros are written only
 * where the medium does not hold zeros yet, which keeps holes in files and spares flash.
 *
 * <p>What is read back may come from the kernel's cache. Whoever does not trust the medium to keep
 * what it has synced puts dm-verity below the image.
 */
public final class ImageSlots implements Slots {

    private final Path a;
    private final Path b;

    /** The devices or files of both slots, which must be there. */
    public ImageSlots(Path a, Path b) {
        this.a = a;
        this.b = b;
    }

    private Path place(Slot slot) {
        return slot == Slot.A ? a : b;
    }

    @Override
    public long lengthBytesMax(Slot slot) throws IOException {
        try (FileChannel channel = FileChannel.open(place(slot), READ)) {
            return channel.size();
        }
    }

    /** What no selector names does not boot: there is nothing to spend flash on. */
    @Override
    public void clear(Slot slot) {}

    @Override
    public Landing land(Slot slot, Artifact artifact, long offset, MessageDigest digest)
            throws IOException {
        FileChannel channel = FileChannel.open(place(slot), READ, WRITE);
        try {
            Hashes.feed(digest, channel, offset);
            return new ImageLanding(channel, offset);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /** An image is ready as it is. */
    @Override
    public void settle(Slot slot, Artifact artifact) {}

    @Override
    public void verify(Slot slot, Artifact artifact) throws IOException, ArtifactRefused {
        try (FileChannel channel = FileChannel.open(place(slot), READ)) {
            Hashes.require(channel, artifact);
        }
    }

    /** Which slot boots when no selector can be read is the boot loader's affair. */
    @Override
    public void markStaged(Slot slot, long counter) {}

    @Override
    public void markConfirmed(Slot slot) {}

    private static final class ImageLanding implements Landing {

        private static final byte[] ZEROS = new byte[Hashes.BUFFER_BYTES];

        private final FileChannel channel;
        private final byte[] there = new byte[Hashes.BUFFER_BYTES];
        private long position;

        ImageLanding(FileChannel channel, long position) {
            this.channel = channel;
            this.position = position;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                int length = Math.min(bytes.remaining(), ZEROS.length);
                ByteBuffer part = bytes.slice(bytes.position(), length);
                bytes.position(bytes.position() + length);
                if (!part.equals(ByteBuffer.wrap(ZEROS, 0, length)) || !holdsZeros(length)) {
                    while (part.hasRemaining()) {
                        position += channel.write(part, position);
                    }
                } else {
                    position += length;
                }
            }
        }

        private boolean holdsZeros(int length) throws IOException {
            ByteBuffer target = ByteBuffer.wrap(there, 0, length);
            while (target.hasRemaining()) {
                if (channel.read(target, position + target.position()) < 0) {
                    return false;
                }
            }
            return target.flip().equals(ByteBuffer.wrap(ZEROS, 0, length));
        }

        @Override
        public void sync() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
