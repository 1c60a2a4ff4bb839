/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.protocol.update.offer.UpdateStatus;

/**
 * Is told how updates go, for a product that shows it. Called on the updater's thread; must return
 * at once.
 */
public interface UpdateListener {

    /**
     * An update waits for the owner, who may also answer at the device: {@link
     * DeviceUpdates#approve} and {@link DeviceUpdates#postpone}.
     */
    default void asked(OfferedUpdate update) {}

    /** The server is being told this. */
    default void told(UpdateStatus status) {}
}
