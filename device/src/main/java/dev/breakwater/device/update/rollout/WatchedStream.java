/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.Pause;
import dev.breakwater.protocol.update.trust.UpdateLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A download of metadata that ends by an exception when nothing comes for a whole window: a server
 * that answers and then says nothing must not hold the updater for ever.
 */
final class WatchedStream extends FilterInputStream {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedStream.class);

    private final Pause pause;
    private final AtomicLong reads = new AtomicLong();
    private final Thread watch;
    private volatile boolean silent;

    WatchedStream(InputStream in, Pause pause) {
        super(in);
        this.pause = pause;
        this.watch = Thread.ofVirtual().name("breakwater-metadata-watch").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                long before = reads.get();
                pause.rest(UpdateLimits.PROGRESS_WINDOW);
                if (reads.get() == before) {
                    silent = true;
                    in.close();
                    return;
                }
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        } catch (IOException closed) {
            LOG.debug("A silent download was closed", closed);
        }
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
            if (silent) {
                throw new IOException("nothing came");
            }
            reads.incrementAndGet();
            return count;
        } catch (IOException failed) {
            if (silent) {
                throw new IOException(
                        "no metadata came within %d s"
                                .formatted(UpdateLimits.PROGRESS_WINDOW.toSeconds()),
                        failed);
            }
            throw failed;
        }
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        super.close();
    }
}
