/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.Pause;
import dev.breakwater.device.update.slot.Landing;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries bytes from a source to a landing, through one buffer. It takes as many as were ordered
 * and no more, so an endless source ends there; one that is slower than the terms allow is closed.
 */
final class Download {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final UpdateTerms terms;
    private final Pause pause;

    /** Is told, after a sync, how many bytes are on the medium. */
    @FunctionalInterface
    interface Checkpoint {
        void reached(long bytes) throws IOException;
    }

    /** The source is to blame, and may do better another time. */
    static final class SourceFailed extends Exception {

        @Serial private static final long serialVersionUID = 1;

        SourceFailed(String why) {
            super(why);
        }
    }

    Download(UpdateTerms terms, Pause pause) {
        this.terms = terms;
        this.pause = pause;
    }

    /**
     * Returns when all bytes are synced.
     *
     * @throws SourceFailed if the source did not give them; what it gave is synced, too
     * @throws IOException if the landing failed
     */
    void run(
            ArtifactSource source,
            InstallationOrder order,
            long from,
            Landing landing,
            MessageDigest digest,
            Checkpoint checkpoint)
            throws IOException, SourceFailed {
        long done = from;
        long noted = from;
        long length = order.artifact().lengthBytes();
        if (done == length) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (Paced in = open(source, order, from)) {
            while (done < length) {
                int count = in.read(buffer.array(), (int) Math.min(BUFFER_BYTES, length - done));
                buffer.clear().limit(count);
                digest.update(buffer.array(), 0, count);
                landing.write(buffer);
                done += count;
                if (done - noted >= terms.checkpointBytes()) {
                    landing.sync();
                    checkpoint.reached(done);
                    noted = done;
                }
            }
        } finally {
            if (done > noted) {
                landing.sync();
                checkpoint.reached(done);
            }
        }
    }

    private Paced open(ArtifactSource source, InstallationOrder order, long from)
            throws SourceFailed {
        try {
            return new Paced(source.open(order.artifact().path(), from));
        } catch (IOException unavailable) {
            throw new SourceFailed("the source failed: " + unavailable.getMessage());
        }
    }

    /** A stream that is closed when too little comes of it. */
    private final class Paced implements AutoCloseable {

        private final InputStream in;
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicBoolean reading = new AtomicBoolean();
        private final AtomicBoolean tooSlow = new AtomicBoolean();
        private final Thread watch;

        Paced(InputStream in) {
            this.in = in;
            this.watch = Thread.ofVirtual().name("breakwater-download-pace").start(this::watch);
        }

        /** At least one byte. */
        int read(byte[] target, int most) throws SourceFailed {
            try {
                reading.set(true);
                int count = in.read(target, 0, most);
                if (count <= 0) {
                    throw new SourceFailed(
                            tooSlow.get() ? slow() : "the source ended before the artifact did");
                }
                bytes.addAndGet(count);
                return count;
            } catch (IOException failed) {
                throw new SourceFailed(
                        tooSlow.get() ? slow() : "the source failed: " + failed.getMessage());
            } finally {
                reading.set(false);
            }
        }

        private String slow() {
            return "the source gave fewer than %d bytes in %d s"
                    .formatted(terms.paceBytesMin(), terms.paceWindow().toSeconds());
        }

        private void watch() {
            try {
                while (true) {
                    long before = bytes.get();
                    pause.rest(terms.paceWindow());
                    // A slow medium is not the source's fault.
                    if (reading.get() && bytes.get() - before < terms.paceBytesMin()) {
                        tooSlow.set(true);
                        in.close();
                        return;
                    }
                }
            } catch (InterruptedException done) {
                Thread.currentThread().interrupt();
            } catch (IOException closed) {
                // It is being closed anyway, and whoever reads is told by its read.
                tooSlow.set(true);
            }
        }

        @Override
        public void close() {
            watch.interrupt();
            try {
                in.close();
            } catch (IOException ignored) {
                // All that was wanted of it has been read and hashed, or it has failed already.
                tooSlow.set(true);
            }
        }
    }
}
