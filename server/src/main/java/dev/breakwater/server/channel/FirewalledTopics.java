/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.refusal.MessageRefused;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The topics behind the application firewall: each message is judged by its product's rules before
 * whoever is meant gets to see it, wills included. A message that was taken before, and comes once
 * more, was judged when it was taken.
 */
final class FirewalledTopics implements DeviceTopics {

    private final DeviceTopics topics;
    private final Firewall firewall;

    FirewalledTopics(DeviceTopics topics, Firewall firewall) {
        this.topics = topics;
        this.firewall = firewall;
    }

    @Override
    public boolean takes(TopicName topic) {
        return topics.takes(topic);
    }

    @Override
    public boolean offers(TopicFilter filter) {
        return topics.offers(filter);
    }

    @Override
    public void publish(
            AuthenticatedDevice device,
            TopicName topic,
            int packetId,
            byte[] payload,
            Completion<Object> completion) {
        Optional<MessageRefused> refused = firewall.judge(device, topic.text(), payload);
        if (refused.isPresent()) {
            completion.failed(refused.get());
        } else {
            topics.publish(device, topic, packetId, payload, completion);
        }
    }

    @Override
    public boolean keeps(TopicName topic) {
        return topics.keeps(topic);
    }

    @Override
    public void recall(AuthenticatedDevice device, Completion<Recalled> completion) {
        topics.recall(device, completion);
    }

    @Override
    public void catchUp(AuthenticatedDevice device, Predicate<TopicName> subscribed) {
        topics.catchUp(device, subscribed);
    }
}
