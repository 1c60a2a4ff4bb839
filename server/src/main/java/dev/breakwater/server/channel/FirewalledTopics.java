/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.envelope.EnvelopeGate;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.refusal.MessageRefused;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics behind the application firewall: each message is judged by its product's rules before
 * whoever is meant gets to see it, wills included. What is sealed to the server is opened in
 * between: behind what bounds size and rate, and before what looks at the content. A message that
 * was taken before, and comes once more, was judged when it was taken.
 */
final class FirewalledTopics implements DeviceTopics {

    private static final Logger LOG = LoggerFactory.getLogger(FirewalledTopics.class);
    private static final TopicName NOTICES = TopicName.of(Topics.NOTICES);
    private static final EnvelopeGate.Judgement AS_IT_IS = new EnvelopeGate.Judgement.AsItIs();

    private final DeviceTopics topics;
    private final Firewall firewall;
    private final EnvelopeGate envelopes;

    FirewalledTopics(DeviceTopics topics, Firewall firewall, EnvelopeGate envelopes) {
        this.topics = topics;
        this.firewall = firewall;
        this.envelopes = envelopes;
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
            return;
        }
        switch (topics.keeps(topic) ? envelopes.judge(device, topic, payload) : AS_IT_IS) {
            case EnvelopeGate.Judgement.Refused(RuntimeException why) -> completion.failed(why);
            case EnvelopeGate.Judgement.AsItIs() -> {
                Optional<MessageRefused> unfit =
                        firewall.judgeContent(device, topic.text(), payload);
                if (unfit.isPresent()) {
                    completion.failed(unfit.get());
                } else {
                    topics.publish(device, topic, packetId, payload, completion);
                }
            }
            case EnvelopeGate.Judgement.Opened(byte[] content, long number) -> {
                Completion<Object> orGivenBack = new OrGivenBack(device, number, completion);
                Optional<MessageRefused> unfit =
                        firewall.judgeContent(device, topic.text(), content);
                if (unfit.isPresent()) {
                    orGivenBack.failed(unfit.get());
                } else {
                    topics.publishOpened(
                            device, topic, packetId, payload, content, number, orGivenBack);
                }
            }
        }
    }

    /** What was opened and could not be kept may come again. */
    private final class OrGivenBack implements Completion<Object> {

        private final AuthenticatedDevice device;
        private final long number;
        private final Completion<Object> completion;

        OrGivenBack(AuthenticatedDevice device, long number, Completion<Object> completion) {
            this.device = device;
            this.number = number;
            this.completion = completion;
        }

        @Override
        public void durable(Object value) {
            completion.durable(value);
        }

        @Override
        public void failed(RuntimeException cause) {
            envelopes.giveBack(device, number);
            completion.failed(cause);
        }
    }

    /** It comes here again. */
    @Override
    public void publishOpened(
            AuthenticatedDevice device,
            TopicName topic,
            int packetId,
            byte[] envelope,
            byte[] content,
            long number,
            Completion<Object> completion) {
        throw new IllegalStateException("what comes from a device is opened here");
    }

    @Override
    public boolean mustRecall(AuthenticatedDevice device, byte[] payload) {
        return envelopes.needsLookUp(device, payload);
    }

    @Override
    public boolean keeps(TopicName topic) {
        return topics.keeps(topic);
    }

    @Override
    public void recall(AuthenticatedDevice device, Completion<Recalled> completion) {
        topics.recall(
                device,
                new Completion<>() {
                    @Override
                    public void durable(Recalled recalled) {
                        Thread.ofVirtual()
                                .name("envelope-window")
                                .start(() -> lookUp(device, () -> completion.durable(recalled)));
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        completion.failed(cause);
                    }
                });
    }

    /** Where it fails, what is sealed is refused for the time being, and nothing else is. */
    private void lookUp(AuthenticatedDevice device, Runnable afterwards) {
        try {
            envelopes.lookUp(device);
        } catch (StorageUnavailable later) {
            LOG.debug("what {} sealed before cannot be looked up", device, later);
        } finally {
            afterwards.run();
        }
    }

    @Override
    public void catchUp(AuthenticatedDevice device, Predicate<TopicName> subscribed) {
        topics.catchUp(device, subscribed);
        if (subscribed.test(NOTICES)) {
            envelopes.onSubscribed(device);
        }
    }
}
