/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.erasure.Erasure;
import dev.breakwater.device.erasure.Order;
import java.io.IOException;
import java.time.Clock;
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

    ErasureOrder(Erasure erasure, Clock clock, Runnable restart) {
        this.erasure = erasure;
        this.restart = restart;
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

    /** Tries to hand in the receipt of the erasure before this start, if there is one. */
    void deliver() throws InterruptedException {
        try {
            delivery.attempt();
        } catch (IOException later) {
            LOG.info("The receipt of the erasure was not handed in yet: {}", later.getMessage());
        }
    }
}
