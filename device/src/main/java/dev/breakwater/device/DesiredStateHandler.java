/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.protocol.message.DesiredState;

/**
 * Brings the device towards what the server desires, and then reports what it did with {@link
 * DeviceAgent#reportState}. Called on the thread of the command handlers.
 */
@FunctionalInterface
public interface DesiredStateHandler {

    /**
     * The server desires this.
     *
     * @param desired the members that differ from the reported state; members the product does not
     *     know are to be left alone
     */
    void desired(DesiredState desired) throws InterruptedException;
}
