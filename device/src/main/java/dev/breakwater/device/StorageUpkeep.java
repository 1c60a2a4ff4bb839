/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageInventory;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.DeviceEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases once an hour what has been kept for too long, and tells the server at every start, once a
 * day, and whenever something was erased what is there.
 */
final class StorageUpkeep implements Runnable {

    static final Duration LOOK_EVERY = Duration.ofHours(1);
    static final Duration REPORT_EVERY = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(StorageUpkeep.class);

    private final SealedStorage storage;
    private final Outbox outbox;
    private final AgentEnvironment environment;
    private Instant reportAt = Instant.MIN;

    StorageUpkeep(SealedStorage storage, Outbox outbox, AgentEnvironment environment) {
        this.storage = storage;
        this.outbox = outbox;
        this.environment = environment;
    }

    @Override
    public void run() {
        try {
            while (true) {
                look();
                environment.pause().rest(LOOK_EVERY);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            Set<String> erased = storage.eraseOverdue();
            if (!erased.isEmpty()) {
                LOG.info("Erased what was kept for as long as it may be: {}", erased);
            }
            Instant now = environment.clock().instant();
            if (!erased.isEmpty() || !now.isBefore(reportAt)) {
                report(StorageInventory.take(storage));
                reportAt = now.plus(REPORT_EVERY);
            }
        } catch (IOException | IllegalStateException failed) {
            // The agent goes on: what cannot be looked at now may be in an hour.
            LOG.error("The storage could not be looked through", failed);
        }
    }

    private void report(StorageInventory inventory) {
        if (!inventory.asDeclared()) {
            LOG.warn("There is something in storage that its manifest does not declare");
        }
        DeviceEvent event = new DeviceEvent(StorageInventory.EVENT_TYPE, inventory.toEvent());
        outbox.offer(
                new Outbox.Message(
                        Outbox.Kind.IMPORTANT,
                        Topics.EVENTS_PREFIX + event.type(),
                        event.toJson()));
    }
}
