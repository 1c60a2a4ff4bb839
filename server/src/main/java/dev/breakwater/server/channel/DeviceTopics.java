/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import java.util.function.Predicate;

/**
 * What the topics of the native profile mean. The channel carries messages and knows nothing of
 * their content; {@link TopicRouter} knows who takes them.
 */
public interface DeviceTopics {

    /** Whether a device may publish to this topic. */
    boolean takes(TopicName topic);

    /**
     * Whether a device may subscribe with this filter: it is about the device's own topics and can
     * match something that the server sends.
     */
    boolean offers(TopicFilter filter);

    /**
     * Hands one message on. Never blocks; runs on the connection's event loop.
     *
     * @param packetId by which a second attempt to send the message is recognised; {@link
     *     dev.breakwater.protocol.mqtt.Publish#NO_PACKET_ID} if there will be none
     * @param payload not changed afterwards
     * @param completion told once: that the message is durable, or why not, which for a message
     *     that is not acceptable is a {@link dev.breakwater.server.refusal.MessageRefused}
     */
    void publish(
            AuthenticatedDevice device,
            TopicName topic,
            int packetId,
            byte[] payload,
            Completion<Object> completion);

    /**
     * As {@link #publish}, for a message that was sealed to the server, on a topic whose messages
     * are kept.
     *
     * @param envelope as it came, and as it is kept
     * @param content what is in it
     * @param number of the envelope, to be durable together with it
     */
    void publishOpened(
            AuthenticatedDevice device,
            TopicName topic,
            int packetId,
            byte[] envelope,
            byte[] content,
            long number,
            Completion<Object> completion);

    /**
     * Whether {@link #recall} is needed before this message is handed on, on whatever topic that
     * keeps its messages.
     */
    boolean mustRecall(AuthenticatedDevice device, byte[] payload);

    /**
     * Whether every message on this topic is kept, so that one that comes twice would be kept
     * twice. On all others a message that comes again changes nothing.
     */
    boolean keeps(TopicName topic);

    /**
     * Looks up which messages the device has sent last, once all that was handed on before is
     * durable. Never blocks.
     *
     * @param completion told once, on any thread
     */
    void recall(AuthenticatedDevice device, Completion<Recalled> completion);

    /** Messages that are stored already. */
    interface Recalled {

        /**
         * Whether the message is one of them; it is not any more afterwards, for each was sent
         * again once.
         */
        boolean claim(TopicName topic, int packetId, byte[] payload);
    }

    /**
     * Sends a device what has been waiting for it. Blocks; runs on a virtual thread, for one device
     * never twice at a time.
     *
     * @param subscribed which topics the device has just subscribed to
     */
    void catchUp(AuthenticatedDevice device, Predicate<TopicName> subscribed);
}
