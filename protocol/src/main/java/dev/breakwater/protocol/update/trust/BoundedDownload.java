/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

import dev.breakwater.protocol.update.metadata.TargetFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.LongSupplier;

/**
 * Reads what strangers send: so many bytes at most, and so many in every window of time at least.
 */
public final class BoundedDownload {

    private final LongSupplier nanoTime;

    /**
     * A reader.
     *
     * @param nanoTime a time that only goes on, in nanoseconds, such as {@code System::nanoTime}
     */
    public BoundedDownload(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The whole stream, which is closed. */
    byte[] metadata(InputStream source, long bytesMax, String noun)
            throws IOException, UpdateRefused {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (source) {
            Progress progress = new Progress(noun);
            byte[] piece = new byte[UpdateLimits.PIECE_BYTES];
            for (int count = source.read(piece); count >= 0; count = source.read(piece)) {
                progress.made(count);
                if (content.size() + (long) count > bytesMax) {
                    throw tooLong(noun, bytesMax);
                }
                content.write(piece, 0, count);
            }
        }
        return content.toByteArray();
    }

    /**
     * Hands a target on while it comes, and refuses it at its end if it is not the one. Until this
     * has returned nothing that was handed on may be used. The source is closed, the sink is not.
     *
     * @throws UpdateRefused if it is another file, a longer or a shorter one, or comes too slowly
     */
    public void target(TargetFile file, InputStream source, OutputStream sink)
            throws IOException, UpdateRefused {
        var comparison = file.hashes().comparison();
        long received = 0;
        try (source) {
            Progress progress = new Progress("a target");
            byte[] piece = new byte[UpdateLimits.PIECE_BYTES];
            for (int count = source.read(piece); count >= 0; count = source.read(piece)) {
                progress.made(count);
                received += count;
                if (received > file.length()) {
                    throw tooLong("a target", file.length());
                }
                comparison.update(piece, 0, count);
                sink.write(piece, 0, count);
            }
        }
        if (received < file.length()) {
            throw new UpdateRefused(
                    UpdateFault.TRUNCATED,
                    "a target must have %d bytes, not %d".formatted(file.length(), received));
        }
        if (!comparison.agrees()) {
            throw new UpdateRefused(
                    UpdateFault.MISMATCHED, "a target must have the hashes that are signed for it");
        }
    }

    private static UpdateRefused tooLong(String noun, long bytesMax) {
        return new UpdateRefused(
                UpdateFault.TOO_LONG, "%s must be at most %d bytes".formatted(noun, bytesMax));
    }

    /** Stops slow data, the trickle that would keep a device busy for ever. */
    private final class Progress {

        private final String noun;
        private long windowBegan = nanoTime.getAsLong();
        private long bytesInWindow;

        private Progress(String noun) {
            this.noun = noun;
        }

        private void made(int bytes) throws UpdateRefused {
            bytesInWindow += bytes;
            long now = nanoTime.getAsLong();
            if (now - windowBegan < UpdateLimits.PROGRESS_WINDOW.toNanos()) {
                return;
            }
            if (bytesInWindow < UpdateLimits.PROGRESS_BYTES_MIN) {
                throw new UpdateRefused(
                        UpdateFault.TOO_SLOW,
                        "%s must come with at least %d bytes in %d s"
                                .formatted(
                                        noun,
                                        UpdateLimits.PROGRESS_BYTES_MIN,
                                        UpdateLimits.PROGRESS_WINDOW.toSeconds()));
            }
            windowBegan = now;
            bytesInWindow = 0;
        }
    }
}
