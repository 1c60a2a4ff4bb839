/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.update.ArtifactSource;
import dev.breakwater.protocol.update.offer.UpdateFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An artifact at the server: it says how far its download is, and may be cancelled. */
final class MeteredSource implements ArtifactSource {

    private static final Logger LOG = LoggerFactory.getLogger(MeteredSource.class);
    private static final int STEP_PERCENT = 10;

    private final UpdateFiles files;
    private final long length;
    private final IntConsumer progress;
    private final AtomicReference<@Nullable InputStream> open = new AtomicReference<>();
    private final AtomicReference<@Nullable Duration> busyFor = new AtomicReference<>();
    private volatile boolean cancelled;
    private volatile boolean gaveSomething;
    private int told;

    /**
     * A source.
     *
     * @param length of the artifact, which is not empty
     * @param progress is told each ten percent, once; 100 when all bytes came
     */
    MeteredSource(UpdateFiles files, long length, IntConsumer progress) {
        this.files = files;
        this.length = length;
        this.progress = progress;
    }

    @Override
    public InputStream open(String path, long offset) throws IOException {
        busyFor.set(null);
        gaveSomething = false;
        try {
            InputStream in =
                    files.open(UpdateFile.of(path), offset)
                            .orElseThrow(() -> new IOException("the server has no such artifact"));
            open.set(in);
            if (cancelled) {
                in.close();
                throw new IOException("the offer was withdrawn");
            }
            return new Metered(in, offset);
        } catch (SourceBusy busy) {
            busyFor.set(busy.after());
            throw busy;
        }
    }

    /** When the server asked to come back, if that is why the last download ended. */
    Optional<Duration> busyFor() {
        return Optional.ofNullable(busyFor.get());
    }

    /** Whether anything came of the last download. */
    boolean gaveSomething() {
        return gaveSomething;
    }

    /** Ends the download that is under way, and every later one. */
    void cancel() {
        cancelled = true;
        @Nullable InputStream in = open.get();
        if (in != null) {
            try {
                in.close();
            } catch (IOException alreadyGone) {
                LOG.debug("The download had ended", alreadyGone);
            }
        }
    }

    private final class Metered extends FilterInputStream {

        private long done;

        Metered(InputStream in, long offset) {
            super(in);
            this.done = offset;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int from, int most) throws IOException {
            try {
                int count = super.read(target, from, most);
                if (count > 0) {
                    gaveSomething = true;
                    done += count;
                    tell((int) Math.min(100, done * 100 / length));
                }
                return count;
            } catch (SourceBusy busy) {
                busyFor.set(busy.after());
                throw busy;
            }
        }

        private void tell(int percent) {
            int step = percent / STEP_PERCENT * STEP_PERCENT;
            if (step > told) {
                told = step;
                progress.accept(step);
            }
        }
    }
}
