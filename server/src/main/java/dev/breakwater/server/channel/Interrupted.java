/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.session.InFlight;
import dev.breakwater.server.session.PayloadDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Messages that were on their way to the device when an earlier connection of the session ended,
 * and that have not been sent again yet. Their ids are taken. It lives on the connection's event
 * loop.
 */
final class Interrupted {

    /** Costs nothing on the many connections that never need it. */
    private Map<Integer, InFlight> byPacketId = Map.of();

    void add(InFlight message) {
        if (byPacketId.isEmpty()) {
            byPacketId = new LinkedHashMap<>();
        }
        byPacketId.put(message.packetId(), message);
    }

    boolean holds(int packetId) {
        return byPacketId.containsKey(packetId);
    }

    /** The exchange about this very message, if there is one; it is the caller's from here on. */
    Optional<InFlight> takeUp(TopicName topic, byte[] payload) {
        if (byPacketId.isEmpty()) {
            return Optional.empty();
        }
        String digest = PayloadDigest.of(payload);
        Optional<InFlight> same =
                byPacketId.values().stream()
                        .filter(message -> message.topic().equals(topic))
                        .filter(message -> message.payloadSha256().equals(digest))
                        .findFirst();
        same.ifPresent(message -> byPacketId.remove(message.packetId()));
        return same;
    }

    /** All that are left, in the order in which they were sent. */
    List<InFlight> takeAll() {
        List<InFlight> all = List.copyOf(byPacketId.values());
        byPacketId = Map.of();
        return all;
    }
}
