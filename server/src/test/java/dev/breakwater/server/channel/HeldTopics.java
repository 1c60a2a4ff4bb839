/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Takes messages on {@code me/telemetry} and leaves it to the test when they become durable, or
 * makes them durable at once. Every other topic is refused.
 */
final class HeldTopics implements DeviceTopics {

    private static final TopicName COMMAND = TopicName.of("me/commands/1");
    private static final TopicName TAKEOVERS = TopicName.of("me/takeovers");

    private final BlockingQueue<Held> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<AuthenticatedDevice> caughtUp = new LinkedBlockingQueue<>();
    private final BlockingQueue<Completion<Recalled>> recalls = new LinkedBlockingQueue<>();
    private volatile boolean holding;
    private volatile Runnable onTaking = () -> {};

    /** A message and the way to say what became of it. */
    record Held(AuthenticatedDevice device, String text, Completion<Object> completion) {

        void durable() {
            completion.durable("stored");
        }
    }

    /** From now on messages become durable when the test says so. */
    void hold() {
        holding = true;
    }

    /** What happens at the very moment a message is handed on, on the event loop of its device. */
    void onTaking(Runnable moment) {
        onTaking = moment;
    }

    /** The next message that was handed on. */
    Held next() throws InterruptedException {
        Held message = messages.poll(10, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message arrived within 10 s");
        }
        return message;
    }

    /** The next look-up of what was stored, which the test answers. */
    Completion<Recalled> nextRecall() throws InterruptedException {
        Completion<Recalled> recall = recalls.poll(10, TimeUnit.SECONDS);
        if (recall == null) {
            throw new AssertionError("nothing was recalled within 10 s");
        }
        return recall;
    }

    int waiting() {
        return messages.size();
    }

    AuthenticatedDevice nextCaughtUp() throws InterruptedException {
        AuthenticatedDevice device = caughtUp.poll(10, TimeUnit.SECONDS);
        if (device == null) {
            throw new AssertionError("nobody caught up within 10 s");
        }
        return device;
    }

    @Override
    public boolean takes(TopicName topic) {
        return topic.text().equals(Topics.TELEMETRY);
    }

    @Override
    public boolean offers(TopicFilter filter) {
        return filter.text().startsWith("me/")
                && (filter.matches(COMMAND) || filter.matches(TAKEOVERS));
    }

    @Override
    public void publish(
            AuthenticatedDevice device,
            TopicName topic,
            int packetId,
            byte[] payload,
            Completion<Object> completion) {
        String text = new String(payload, StandardCharsets.UTF_8);
        if (!takes(topic)) {
            completion.failed(new MessageRefused(RefusalReason.TOPIC_REFUSED, "not held"));
        } else if (text.equals("unacceptable")) {
            completion.failed(new MessageRefused(RefusalReason.PAYLOAD_REFUSED, "as asked for"));
        } else {
            Held message = new Held(device, text, completion);
            messages.add(message);
            onTaking.run();
            if (!holding) {
                message.durable();
            }
        }
    }

    @Override
    public void publishOpened(
            AuthenticatedDevice device,
            TopicName topic,
            int packetId,
            byte[] envelope,
            byte[] content,
            long number,
            Completion<Object> completion) {
        publish(device, topic, packetId, content, completion);
    }

    @Override
    public boolean mustRecall(AuthenticatedDevice device, byte[] payload) {
        return false;
    }

    @Override
    public boolean keeps(TopicName topic) {
        return takes(topic);
    }

    /** What is recalled is what the test says was stored. */
    @Override
    public void recall(AuthenticatedDevice device, Completion<Recalled> completion) {
        recalls.add(completion);
    }

    @Override
    public void catchUp(AuthenticatedDevice device, Predicate<TopicName> subscribed) {
        if (subscribed.test(COMMAND)) {
            caughtUp.add(device);
        }
    }
}
