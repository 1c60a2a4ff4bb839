/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.erasure.Erasure;
import dev.breakwater.device.erasure.Order;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's order to erase the device, because its owner gave it away: made certain first, then
 * done by a restart, and told to the server afterwards.
 */
final class ErasureOrder {

    private static final Logger LOG = LoggerFactory.getLogger(ErasureOrder.class);

    private final Erasure erasure;
    private final Runnable restart;
    private final ReceiptDelivery delivery;
    private final AtomicBoolean restarting = new AtomicBoolean();
    private final Clock clock;
    private final BackOff backOff;
    private Instant nextDelivery = Instant.MIN;

    ErasureOrder(Erasure erasure, AgentEnvironment environment, Runnable restart) {
        this.erasure = erasure;
        this.restart = restart;
        this.clock = environment.clock();
        this.backOff = new BackOff(environment.random());
        this.delivery = new ReceiptDelivery(erasure, clock);
    }

    /** Makes it certain that the device is erased, and asks the product to restart, once. */
    void obey(Order order) throws IOException {
        erasure.begin(order);
        if (restarting.compareAndSet(false, true)) {
            // On a thread of its own, since it closes the agent, whose thread this is.
            Thread.ofVirtual().name("breakwater-erasure").start(restart);
        }
    }

    /**
     * Tries to hand in the receipt of the erasure before this start, if there is one. The agent's
     * thread comes here before each connection, which a server that is gone must not delay each
     * time.
     */
    void deliver() throws InterruptedException {
        if (clock.instant().isBefore(nextDelivery)) {
            return;
        }
        try {
            delivery.attempt();
        } catch (IOException later) {
            Duration wait = backOff.afterFailure(BackOff.Reason.RECEIPT);
            nextDelivery = clock.instant().plus(wait);
            LOG.info(
                    "The receipt of the erasure was not handed in yet: {}; next attempt in {}",
                    later.getMessage(),
                    wait);
        }
    }
}
