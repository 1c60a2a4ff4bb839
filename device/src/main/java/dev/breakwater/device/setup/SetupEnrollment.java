/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import dev.breakwater.protocol.setup.exchange.ServerPlace;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.protocol.setup.exchange.SetupTicket;
import java.util.Optional;

/** How a device that is in its owner's network becomes the owner's. */
@FunctionalInterface
public interface SetupEnrollment {

    /**
     * Gets and keeps a certificate, and keeps where the server is. Blocks, within bounds.
     *
     * @return why not, or nothing if all of it is durable
     */
    Optional<SetupFailure> enroll(SetupTicket ticket, ServerPlace server)
            throws InterruptedException;
}
