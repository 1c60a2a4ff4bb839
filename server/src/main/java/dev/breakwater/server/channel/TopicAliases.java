/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that a device uses instead of topics (MQTT 5.0 section 3.3.2.3.4). They belong to one
 * connection, not to the session, and cost nothing until the first is used. It lives on the
 * connection's event loop.
 */
final class TopicAliases {

    private final int countMax;
    private @Nullable TopicName @Nullable [] topics;

    /**
     * @param countMax as CONNACK says it; 0 if there are none
     */
    TopicAliases(int countMax) {
        this.countMax = countMax;
    }

    /** What a PUBLISH with or without an alias comes to. */
    sealed interface Resolution {

        /** The same message, with its topic. */
        record Named(Publish publish) implements Resolution {}

        /** The device broke a rule. */
        record Breach(ReasonCode code, String what) implements Resolution {}
    }

    /** Learns a new alias, or puts the topic in the place of a known one. */
    Resolution resolve(Publish publish) {
        int alias = publish.properties().get(MqttProperty.TOPIC_ALIAS).orElse(0);
        if (alias == 0) {
            // Without the property; the decoder refuses the number 0 [MQTT-3.3.2-8].
            return new Resolution.Named(publish);
        }
        if (alias > countMax) {
            // [MQTT-3.3.2-9]
            return new Resolution.Breach(
                    ReasonCode.TOPIC_ALIAS_INVALID, "a topic alias above " + countMax);
        }
        if (topics == null) {
            topics = new TopicName[countMax];
        }
        if (!publish.topic().isAliased()) {
            topics[alias - 1] = publish.topic();
            return new Resolution.Named(publish);
        }
        TopicName known = topics[alias - 1];
        return known == null
                ? new Resolution.Breach(ReasonCode.PROTOCOL_ERROR, "a topic alias never given")
                : new Resolution.Named(named(publish, known));
    }

    private static Publish named(Publish publish, TopicName topic) {
        return new Publish(
                publish.duplicate(),
                publish.qos(),
                publish.retain(),
                topic,
                publish.packetId(),
                publish.properties(),
                publish.payload());
    }
}
