/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

/**
 * What became of a message handed to a {@link DeviceSession}. Exactly one method is called, once.
 */
public interface DeliveryOutcome {

    /** The device acknowledged it (QoS 1 or 2), or the bytes left (QoS 0). */
    void delivered();

    /**
     * The device has no subscription for the topic, its session ended first, or its queue is full.
     * Try when it returns.
     */
    void undelivered();
}
