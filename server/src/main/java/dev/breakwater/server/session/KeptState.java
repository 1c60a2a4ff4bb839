/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.TopicFilter;
import java.util.List;
import java.util.Map;

/**
 * What is kept of an MQTT session between two connections (MQTT 5.0 section 4.1).
 *
 * @param received ids of QoS 2 messages of the device that are stored and not yet released
 * @param inFlight messages to the device, in the order in which they were sent
 */
public record KeptState(
        Map<TopicFilter, QualityOfService> subscriptions,
        List<Integer> received,
        List<InFlight> inFlight) {

    /** Of a session that has just begun. */
    public static final KeptState NONE = new KeptState(Map.of(), List.of(), List.of());

    public KeptState {
        subscriptions = Map.copyOf(subscriptions);
        received = List.copyOf(received);
        inFlight = List.copyOf(inFlight);
    }
}
