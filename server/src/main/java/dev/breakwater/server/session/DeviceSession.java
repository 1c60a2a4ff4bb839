/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;

/** One device's live session. Methods may be called from any thread and never block. */
public interface DeviceSession {

    /** Whose session it is. */
    DeviceId deviceId();

    /** Whose device it is. */
    OrganizationId organization();

    /** What its connection's TLS handshake agreed on. */
    TlsFacts tls();

    /**
     * Sends one message if the device has subscribed to its topic.
     *
     * @param outcome told once what became of it; runs on the session's own thread and must not
     *     block
     */
    void deliver(OutboundMessage message, DeliveryOutcome outcome);

    /**
     * Ends the session, with a reason the device may read where its protocol has a place for one.
     * When this returns, nothing is taken from the session's connection any more: no message of it
     * is handed on, nothing is acknowledged or subscribed by it, and its will is not published,
     * even if its own thread gets to the farewell later. Idempotent.
     */
    void close(FarewellReason reason);
}
