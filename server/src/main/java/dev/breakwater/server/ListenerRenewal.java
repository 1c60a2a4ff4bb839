/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.tls.TlsIdentity;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the listeners' certificate while the server runs, so that no uptime outlives it. A
 * replacement that fails is tried again at the next look; a third of the certificate's life is left
 * for that.
 */
final class ListenerRenewal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerRenewal.class);
    private static final Duration LOOK_EVERY = Duration.ofHours(1);

    private final ListenerCredential credential;
    private final List<Listener> listeners;
    private final Clock clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("listener-renewal").factory());
    private TlsIdentity inUse;

    /** A listener that can exchange its certificate. */
    interface Listener {
        void identify(TlsIdentity identity) throws IOException;
    }

    ListenerRenewal(
            ListenerCredential credential,
            TlsIdentity inUse,
            List<Listener> listeners,
            Clock clock) {
        this.credential = credential;
        this.inUse = inUse;
        this.listeners = List.copyOf(listeners);
        this.clock = clock;
    }

    void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::lookOrLog,
                        LOOK_EVERY.toMinutes(),
                        LOOK_EVERY.toMinutes(),
                        TimeUnit.MINUTES);
    }

    private void lookOrLog() {
        try {
            renewIfDue();
        } catch (StartRefused | IOException | RuntimeException failed) {
            LOG.error(
                    "the listeners' certificate was not replaced; the next try is in {}",
                    LOOK_EVERY,
                    failed);
        }
    }

    /** Returns whether a new certificate is in use now. */
    synchronized boolean renewIfDue() throws StartRefused, IOException {
        if (clock.instant().isBefore(ListenerCredential.renewalDue(inUse.chain().getFirst()))) {
            return false;
        }
        TlsIdentity fresh = credential.open();
        for (Listener listener : listeners) {
            listener.identify(fresh);
        }
        inUse = fresh;
        LOG.info(
                "the listeners use a new certificate, valid until {}",
                fresh.chain().getFirst().getNotAfter().toInstant());
        return true;
    }

    @Override
    public void close() {
        thread.close();
    }
}
