/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.tls.TlsIdentity;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every minute whether the operator has replaced the certificate of the API, and uses it
 * then. What cannot be used is said, once for each reason, and changes nothing: two files are not
 * replaced at one instant, and a certificate without its key is what is found in between.
 */
final class OperatorCertificateRenewal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorCertificateRenewal.class);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final OperatorCertificate certificate;
    private final ListenerRenewal.Listener listener;
    private final Clock clock;
    private final Counter refused;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("certificate-files").factory());
    private TlsIdentity inUse;
    private String saidLast = "";

    OperatorCertificateRenewal(
            OperatorCertificate certificate,
            TlsIdentity inUse,
            ListenerRenewal.Listener listener,
            MeterRegistry meters,
            Clock clock) {
        this.certificate = certificate;
        this.inUse = inUse;
        this.listener = listener;
        this.clock = clock;
        this.refused = meters.counter("breakwater.api.certificate.refused");
        Gauge.builder("breakwater.api.certificate.seconds.left", this, one -> one.secondsLeft())
                .description("Until the operator's certificate of the API expires")
                .register(meters);
    }

    void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::look,
                        LOOK_EVERY.toSeconds(),
                        LOOK_EVERY.toSeconds(),
                        TimeUnit.SECONDS);
    }

    private synchronized double secondsLeft() {
        Instant ends = inUse.chain().getFirst().getNotAfter().toInstant();
        return Duration.between(clock.instant(), ends).toSeconds();
    }

    /** Returns whether another certificate is in use now. */
    synchronized boolean look() {
        try {
            TlsIdentity found = certificate.read();
            if (found.chain().equals(inUse.chain())) {
                saidLast = "";
                return false;
            }
            listener.identify(found);
            inUse = found;
            saidLast = "";
            LOG.info(
                    "the API uses the certificate that was found, valid until {}",
                    found.chain().getFirst().getNotAfter().toInstant());
            return true;
        } catch (CertificateUnusable | IOException | RuntimeException unusable) {
            refused.increment();
            String why = String.valueOf(unusable.getMessage());
            if (!why.equals(saidLast)) {
                saidLast = why;
                LOG.error(
                        "the API goes on with the certificate it has, valid until {}: {}",
                        inUse.chain().getFirst().getNotAfter().toInstant(),
                        why);
            }
            return false;
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
