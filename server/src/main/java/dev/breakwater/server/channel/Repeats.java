/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.durability.Completion;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognises the messages of an earlier connection that were stored but whose acknowledgement was
 * lost: the device sends them again with DUP [MQTT-3.3.1-1], and they are acknowledged and not
 * stored twice. The first such message of a connection makes it recall what the device told last,
 * and so does a sealed one for which it has to be known what was opened before; until that is known
 * nothing is handed on, so that the order stays. It lives on the event loop.
 */
final class Repeats {

    private static final Logger LOG = LoggerFactory.getLogger(Repeats.class);

    private final Session session;
    private final Executor loop;
    private final Queue<Held> held = new ArrayDeque<>(0);
    private boolean recalling;
    private DeviceTopics.@Nullable Recalled recalled;

    /** What the session does about it. */
    interface Session {
        /** Takes the message on; told later. */
        void handOn(TopicName topic, int packetId, byte[] payload, Completion<Object> completion);

        /** As {@link DeviceTopics#keeps}. */
        boolean keeps(TopicName topic);

        /** As {@link DeviceTopics#mustRecall}. */
        boolean mustRecall(byte[] payload);

        /** As {@link DeviceTopics#recall}. */
        void recall(Completion<DeviceTopics.Recalled> completion);

        /** A message is stored already. */
        void noteRepeated();
    }

    /** A message that waits for its turn. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Held(
            boolean duplicate,
            TopicName topic,
            int packetId,
            byte[] payload,
            Completion<Object> completion) {}

    Repeats(Session session, Executor loop) {
        this.session = session;
        this.loop = loop;
    }

    /** Hands the message on, now or in its turn, or tells that it is stored already. */
    void take(Publish publish, byte[] payload, Completion<Object> completion) {
        boolean mustRecall = session.mustRecall(payload) && session.keeps(publish.topic());
        if (!recalling && !publish.duplicate() && !mustRecall) {
            session.handOn(publish.topic(), publish.packetId(), payload, completion);
            return;
        }
        Held message =
                new Held(
                        publish.duplicate(),
                        publish.topic(),
                        publish.packetId(),
                        payload,
                        completion);
        if (recalling) {
            held.add(message);
        } else if (mustRecall || (recalled == null && session.keeps(publish.topic()))) {
            recalling = true;
            held.add(message);
            session.recall(new Recalling());
        } else {
            handOn(message);
        }
    }

    private void handOn(Held message) {
        if (message.duplicate
                && recalled != null
                && recalled.claim(message.topic, message.packetId, message.payload)) {
            session.noteRepeated();
            message.completion.durable(message);
        } else {
            session.handOn(message.topic, message.packetId, message.payload, message.completion);
        }
    }

    /** The connection is gone, and its device will send again what was not handed on. */
    void end() {
        held.clear();
    }

    private void goOn(DeviceTopics.Recalled known) {
        recalled = known;
        recalling = false;
        @Nullable Held next = held.poll();
        while (next != null) {
            handOn(next);
            next = held.poll();
        }
    }

    /** Told from any thread. */
    private final class Recalling implements Completion<DeviceTopics.Recalled> {

        @Override
        public void durable(DeviceTopics.Recalled known) {
            loop.execute(() -> goOn(known));
        }

        /** Then a message may be stored twice, which at least once allows (section 4.3.2). */
        @Override
        public void failed(RuntimeException cause) {
            LOG.debug("what a device told last cannot be recalled", cause);
            loop.execute(() -> goOn((_, _, _) -> false));
        }
    }
}
