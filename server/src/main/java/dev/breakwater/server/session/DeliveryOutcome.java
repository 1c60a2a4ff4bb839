/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

/**
 * What became of a message handed to a {@link DeviceSession}. Exactly one method is called, once.
 */
public interface DeliveryOutcome {

    /**
     * The device has it: PUBACK (QoS 1) or PUBREC (QoS 2) has arrived, or the bytes left (QoS 0).
     */
    void delivered();

    /**
     * The device has no subscription for the topic, its connection ended first, its queue is full,
     * or the message expired in it. Try when it returns.
     */
    void undelivered();
}
