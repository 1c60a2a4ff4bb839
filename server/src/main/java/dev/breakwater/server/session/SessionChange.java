/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.TopicFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One step in the life of a kept session. */
public sealed interface SessionChange {

    /** The device subscribed, perhaps again with another quality of service. */
    record Subscribed(Map<TopicFilter, QualityOfService> filters) implements SessionChange {
        public Subscribed {
            filters = Map.copyOf(filters);
        }
    }

    /** The device unsubscribed. */
    record Unsubscribed(List<TopicFilter> filters) implements SessionChange {
        public Unsubscribed {
            filters = List.copyOf(filters);
        }
    }

    /** A QoS 2 message of the device arrived: the same id again is the same message. */
    record Received(int packetId) implements SessionChange {}

    /** The device sent PUBREL: the id is free. */
    record Released(int packetId) implements SessionChange {}

    /** A message is about to be sent to the device. */
    record Sent(InFlight message) implements SessionChange {}

    /** The device sent PUBREC: the message must not be sent again. */
    record Taken(int packetId) implements SessionChange {}

    /** The exchange about a message to the device has ended: its id is free. */
    record Settled(int packetId) implements SessionChange {}

    /**
     * The connection has ended.
     *
     * @param expiry how long the session outlives it; zero ends it now
     */
    record Disconnected(Instant at, Duration expiry) implements SessionChange {}
}
