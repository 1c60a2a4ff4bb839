/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a release pass that is not below the floor. While the floor is not known, or not yet where a
 * confirmed release wants it, nothing passes.
 */
final class FloorGate {

    private static final Logger LOG = LoggerFactory.getLogger(FloorGate.class);

    private final RollbackFloor floor;
    private final UpdateRecord record;

    FloorGate(RollbackFloor floor, UpdateRecord record) {
        this.floor = floor;
        this.record = record;
    }

    /** Why an order may not be installed, if so. */
    Optional<String> refusal(InstallationOrder order) throws IOException {
        Optional<String> owed = raiseOwed();
        if (owed.isPresent()) {
            return owed;
        }
        try {
            long lowest = floor.floor();
            return order.releaseCounter() < lowest
                    ? Optional.of(
                            "its counter %d is below the rollback floor %d"
                                    .formatted(order.releaseCounter(), lowest))
                    : Optional.empty();
        } catch (FloorUnavailable unknown) {
            return Optional.of(String.valueOf(unknown.getMessage()));
        }
    }

    /**
     * Raises the floor as a release that runs well wants it.
     *
     * @return what is owed if it cannot be raised now: the release runs on, and nothing else is
     *     installed
     */
    long raise(long to) throws IOException {
        try {
            floor.raise(to);
            return 0;
        } catch (FloorUnavailable later) {
            LOG.error("The rollback floor should be raised to {}", to, later);
            return to;
        }
    }

    /** Raises what is owed; returns why it still cannot be raised, if so. */
    Optional<String> raiseOwed() throws IOException {
        long owed = record.memory().floorOwed();
        if (owed == 0) {
            return Optional.empty();
        }
        try {
            floor.raise(owed);
        } catch (FloorUnavailable still) {
            LOG.error("The rollback floor should be raised to {}", owed, still);
            return Optional.of(String.valueOf(still.getMessage()));
        }
        record.settleFloor();
        return Optional.empty();
    }
}
