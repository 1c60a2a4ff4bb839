/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import dev.breakwater.server.delivery.DownloadPlaces.Place;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.http.Pace;
import dev.breakwater.server.limits.Limits;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of one download: read into a buffer that belongs to its place, and handed to TLS from
 * there. Large pieces cost least; a device that takes them slowly gets small ones, so that each of
 * them is taken in time.
 */
final class Download {

    private static final Logger LOG = LoggerFactory.getLogger(Download.class);

    private static final int PIECE_BYTES_LEAST = 16_384;
    private static final int PIECE_BYTES_FIRST = 65_536;

    /** Who takes a piece within this time gets a larger one. */
    private static final long QUICK_NANOS = Duration.ofMillis(250).toNanos();

    /** How often the right to it is asked for while it goes on. */
    private static final Duration STANDS_EVERY = Duration.ofMillis(500);

    private final Place place;
    private final BooleanSupplier stands;
    private final Runnable fell;

    /**
     * A download.
     *
     * @param stands whether the device may still have it; may block
     * @param fell told once if it may not, before the connection is closed
     */
    Download(Place place, BooleanSupplier stands, Runnable fell) {
        this.place = place;
        this.stands = stands;
        this.fell = fell;
    }

    /**
     * Sends so many bytes and ends the reply with them. Blocks until they are taken.
     *
     * @throws IOException if the client is gone or too slow, if it lost its right to it, or if the
     *     artifact ends early
     */
    void send(
            Request request,
            Response response,
            Limits limits,
            ReadableByteChannel from,
            long length)
            throws IOException {
        Pace.ofDownload(request, limits, DownloadPlaces.BUFFER_BYTES);
        CountDownLatch over = new CountDownLatch(1);
        Thread watch = Thread.ofVirtual().name("download-watch").start(() -> watch(over));
        try {
            pump(response, from, length);
        } finally {
            over.countDown();
            watch.interrupt();
        }
    }

    private void pump(Response response, ReadableByteChannel from, long length) throws IOException {
        ByteBuffer buffer = place.buffer();
        int pieceBytes = PIECE_BYTES_FIRST;
        long left = length;
        while (left > 0) {
            buffer.clear().limit((int) Math.min(pieceBytes, left));
            fill(buffer, from);
            left -= buffer.flip().remaining();
            long since = System.nanoTime();
            Content.Sink.write(response, left == 0, buffer);
            boolean quick = System.nanoTime() - since < QUICK_NANOS;
            pieceBytes =
                    quick
                            ? Math.min(2 * pieceBytes, DownloadPlaces.BUFFER_BYTES)
                            : Math.max(pieceBytes / 2, PIECE_BYTES_LEAST);
        }
    }

    private static void fill(ByteBuffer buffer, ReadableByteChannel from) throws IOException {
        while (buffer.hasRemaining()) {
            if (from.read(buffer) < 0) {
                throw new EOFException("the artifact is shorter than it was when it was stored");
            }
        }
    }

    /** On a thread of its own: the other one may be waiting for a device that reads nothing. */
    private void watch(CountDownLatch over) {
        try {
            while (!over.await(STANDS_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                if (!stands()) {
                    fell.run();
                    place.end();
                    return;
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean stands() {
        try {
            return stands.getAsBoolean();
        } catch (StorageUnavailable unknown) {
            LOG.debug("whether a download still stands cannot be said now", unknown);
            return true;
        }
    }
}
