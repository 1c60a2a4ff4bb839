/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.device.erasure.Erasure;
import dev.breakwater.device.est.EstClient;
import dev.breakwater.device.identity.CertificateRefused;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the receipt of an erasure to the server that ordered it. An agent that obeys such orders
 * does so by itself before it connects; a product that has no agent yet, since it waits to be set
 * up, does it beside that, at each start and for as long as it waits:
 *
 * <pre>{@code
 * erasure.finishIfBegun();
 * ReceiptDelivery delivery = new ReceiptDelivery(erasure, clock);
 * Thread courier = Thread.startVirtualThread(() -> deliver(delivery));
 * setupMode.run();
 * courier.interrupt();
 * }</pre>
 *
 * <p>The server is known by its pinned root. A receipt that it has, or does not want, is not handed
 * in again; the device keeps it as {@link Erasure#lastReceipt}.
 */
public final class ReceiptDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(ReceiptDelivery.class);

    private final Erasure erasure;
    private final Clock clock;

    /** A delivery of what this erasure leaves. */
    public ReceiptDelivery(Erasure erasure, Clock clock) {
        this.erasure = erasure;
        this.clock = clock;
    }

    /**
     * Tries at once and, while that fails, again and again, slower and slower but never for good.
     * Returns when there is nothing more to hand in; interrupt it to end it before.
     *
     * @param environment time and chance
     */
    public void persist(AgentEnvironment environment) throws InterruptedException {
        BackOff backOff = new BackOff(environment.random());
        boolean done = false;
        while (!done) {
            try {
                attempt();
                done = erasure.undelivered().isEmpty();
            } catch (IOException later) {
                Duration wait = backOff.afterFailure(BackOff.Reason.RECEIPT);
                LOG.info(
                        "The receipt of the erasure was not handed in yet: {}; next attempt in {}",
                        later.getMessage(),
                        wait);
                environment.pause().rest(wait);
            }
        }
    }

    /**
     * Tries once; nothing happens if there is nothing to hand in. Blocks, for a minute at most.
     *
     * @throws IOException if it may be tried again later
     */
    public void attempt() throws IOException, InterruptedException {
        Optional<Erasure.Undelivered> waiting = erasure.undelivered();
        if (waiting.isEmpty()) {
            return;
        }
        Erasure.Undelivered some = waiting.get();
        EstClient server = new EstClient(some.to().host(), some.to().port(), clock);
        ServerTrust trust;
        try {
            trust = server.fetchTrust(new RootFingerprint(some.to().rootFingerprint()));
        } catch (CertificateRefused another) {
            throw new IOException("another server answered", another);
        }
        Optional<String> unwanted =
                server.handIn(trust, some.receipt().toJson().toString().getBytes(UTF_8));
        if (unwanted.isPresent()) {
            LOG.warn("The server does not want the receipt of the erasure: {}", unwanted.get());
        } else {
            LOG.info("The server has the receipt of the erasure");
        }
        erasure.settle(some.receipt());
    }
}
