/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.mqtt.UnsubAck;
import dev.breakwater.protocol.mqtt.Unsubscribe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one connection has subscribed to. It lives on the connection's event loop.
 *
 * <p>Granted is every filter under {@code me/} that can match something the server sends, wide ones
 * such as {@code me/#} included: everything there is the device's own, so a wide filter reveals
 * nothing. A filter that begins with a wildcard is refused: it asks for more than the device's own,
 * and must not seem to be granted.
 */
final class Subscriptions {

    private final DeviceTopics topics;
    private final int countMax;
    private final Map<TopicFilter, QualityOfService> granted = HashMap.newHashMap(1);

    Subscriptions(DeviceTopics topics, int countMax) {
        this.topics = topics;
        this.countMax = countMax;
    }

    /** A SUBACK, and what it grants and refuses. */
    record Answer(
            SubAck subAck, Map<TopicFilter, QualityOfService> granted, List<TopicFilter> refused) {}

    /** What an earlier connection of the session subscribed to. */
    void resume(Map<TopicFilter, QualityOfService> earlier) {
        granted.putAll(earlier);
    }

    /** Answers a SUBSCRIBE, filter by filter. */
    Answer subscribe(Subscribe subscribe) {
        List<ReasonCode> codes = new ArrayList<>();
        Map<TopicFilter, QualityOfService> taken = new HashMap<>();
        List<TopicFilter> refused = new ArrayList<>();
        for (Subscription wanted : subscribe.subscriptions()) {
            ReasonCode code = subscribe(wanted);
            codes.add(code);
            if (code.isFailure()) {
                refused.add(wanted.filter());
            } else {
                taken.put(wanted.filter(), wanted.maximumQos());
            }
        }
        return new Answer(new SubAck(subscribe.packetId(), codes), taken, refused);
    }

    /** A filter subscribed again replaces itself [MQTT-3.8.4-3]. */
    private ReasonCode subscribe(Subscription wanted) {
        TopicFilter filter = wanted.filter();
        if (filter.isShared()) {
            return ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        if (!topics.offers(filter)) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        if (granted.size() >= countMax && !granted.containsKey(filter)) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        granted.put(filter, wanted.maximumQos());
        return ReasonCode.granted(wanted.maximumQos());
    }

    /** Whether there is a subscription by this very filter, whose messages are acknowledged. */
    boolean acknowledges(TopicFilter exact) {
        return granted.getOrDefault(exact, QualityOfService.AT_MOST_ONCE)
                != QualityOfService.AT_MOST_ONCE;
    }

    /** Answers an UNSUBSCRIBE, filter by filter. */
    UnsubAck unsubscribe(Unsubscribe unsubscribe) {
        List<ReasonCode> codes = new ArrayList<>();
        for (TopicFilter filter : unsubscribe.filters()) {
            codes.add(
                    granted.remove(filter) == null
                            ? ReasonCode.NO_SUBSCRIPTION_EXISTED
                            : ReasonCode.SUCCESS);
        }
        return new UnsubAck(unsubscribe.packetId(), codes, MqttProperties.EMPTY);
    }

    /**
     * How hard to try to deliver a message on this topic; empty if nobody wants it. Several filters
     * that match make one message, with the highest level granted [MQTT-3.3.4-2].
     */
    Optional<QualityOfService> grantedFor(TopicName topic) {
        return granted.entrySet().stream()
                .filter(subscription -> subscription.getKey().matches(topic))
                .map(Map.Entry::getValue)
                .max(QualityOfService::compareTo);
    }
}
