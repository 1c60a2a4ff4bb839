/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PacketType;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.PubComp;
import dev.breakwater.protocol.mqtt.PubRec;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages of the device on their way to the disk. Each is acknowledged after the fsync that covers
 * it (invariant I4) and in the order of arrival [MQTT-4.6.0-2, MQTT-4.6.0-3], whatever the order in
 * which the store finishes. It lives on the connection's event loop; only {@link Pending} is told
 * its outcome from elsewhere.
 */
final class InboundPublishes {

    private static final Logger LOG = LoggerFactory.getLogger(InboundPublishes.class);

    /** What became of a message. */
    private sealed interface Outcome {
        record Stored() implements Outcome {}

        record Failed(RuntimeException cause) implements Outcome {}
    }

    private static final Outcome STORED = new Outcome.Stored();

    private final PacketWriter writer;
    private final boolean explains;
    private final EventLoop loop;
    private final Session session;
    private final int inflightMax;
    private final int unstoredBytesMax;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final AtomicBoolean settling = new AtomicBoolean();

    /** QoS 2: received, but not released by PUBREL yet; the same id again is the same message. */
    private final BitSet unreleased = new BitSet();

    private int unstoredBytes;
    private boolean ended;

    /** What the session does about it. */
    interface Session {
        /** Takes the message on; told later. */
        void handOn(Publish publish, byte[] payload, Completion<Object> completion);

        /** The operator should know; the device was or will be told. */
        void noteRefused(RefusalReason reason, Map<String, String> details);

        /** The version has no way to say no to one message: the connection must end. */
        void endUnacknowledged(RefusalReason reason);

        /** Something was settled: flush, and read on if {@link #isFull} no longer holds. */
        void settled();
    }

    InboundPublishes(
            PacketWriter writer, boolean explains, EventLoop loop, Limits limits, Session session) {
        this.writer = writer;
        this.explains = explains;
        this.loop = loop;
        this.session = session;
        this.inflightMax = limits.of(Limit.CHANNEL_INFLIGHT);
        this.unstoredBytesMax = limits.of(Limit.CHANNEL_UNSTORED_BYTES);
    }

    /**
     * Takes one message.
     *
     * @return false if the device has left more QoS 2 messages unreleased than it may
     *     [MQTT-3.3.4-9]
     */
    boolean take(Publish publish) {
        if (publish.qos() == QualityOfService.EXACTLY_ONCE) {
            if (unreleased.get(publish.packetId())) {
                takeAgain(publish.packetId());
                return true;
            }
            if (unreleased.cardinality() >= inflightMax) {
                return false;
            }
            unreleased.set(publish.packetId());
        }
        byte[] payload = publish.payloadBytes();
        Pending message =
                new Pending(
                        publish.packetId(), publish.qos(), publish.topic().text(), payload.length);
        pending.add(message);
        unstoredBytes += payload.length;
        session.handOn(publish, payload, message);
        return true;
    }

    /** The first PUBREC was lost on the way, or is still to come: never two messages [4.3.3]. */
    private void takeAgain(int packetId) {
        boolean stillWaiting =
                pending.stream()
                        .anyMatch(
                                message ->
                                        message.qos == QualityOfService.EXACTLY_ONCE
                                                && message.packetId == packetId);
        if (!stillWaiting) {
            writer.write(new PubRec(packetId));
        }
    }

    /** PUBREL: the device will not send this one again. */
    void release(int packetId) {
        boolean known = unreleased.get(packetId);
        unreleased.clear(packetId);
        writer.write(
                new PubComp(
                        packetId,
                        known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
                        MqttProperties.EMPTY));
    }

    /** Whether so much waits for the disk that no more should be read from the device. */
    boolean isFull() {
        return pending.size() >= inflightMax || unstoredBytes >= unstoredBytesMax;
    }

    /** The connection is gone: whatever becomes durable now is acknowledged to nobody. */
    void end() {
        ended = true;
        pending.clear();
    }

    private void settleInOrder() {
        settling.set(false);
        @Nullable Pending message = pending.peek();
        while (message != null && message.outcome != null) {
            Outcome outcome = message.outcome;
            pending.remove();
            unstoredBytes -= message.bytes;
            answer(message, outcome);
            // Refusing may have ended the session, which forgets what is pending.
            message = pending.peek();
        }
        if (!ended) {
            session.settled();
        }
    }

    private void answer(Pending message, Outcome outcome) {
        switch (outcome) {
            case Outcome.Stored() -> acknowledge(message, ReasonCode.SUCCESS, MqttProperties.EMPTY);
            case Outcome.Failed(MessageRefused refused) ->
                    refuse(message, refused.reason(), refused.why());
            case Outcome.Failed(StorageUnavailable unavailable) ->
                    refuse(
                            message,
                            RefusalReason.STORAGE_UNAVAILABLE,
                            String.valueOf(unavailable.getMessage()));
            case Outcome.Failed(RuntimeException defect) -> {
                LOG.error("a message on {} could not be taken", message.topic, defect);
                refuse(message, RefusalReason.STORAGE_UNAVAILABLE, "see the server's log");
            }
        }
    }

    private void refuse(Pending message, RefusalReason reason, String why) {
        session.noteRefused(reason, Map.of("topic", message.topic, "why", why));
        if (message.qos == QualityOfService.EXACTLY_ONCE) {
            // A PUBREC with a failure ends the exchange [MQTT-4.3.3-9].
            unreleased.clear(message.packetId);
        }
        if (message.qos == QualityOfService.AT_MOST_ONCE) {
            return;
        }
        if (writer.version() == MqttVersion.V3_1_1) {
            // Either acknowledge or close [MQTT-3.3.5-2 of 3.1.1]; we never acknowledge what is not
            // stored.
            session.endUnacknowledged(reason);
            return;
        }
        PacketType type =
                message.qos == QualityOfService.AT_LEAST_ONCE
                        ? PacketType.PUBACK
                        : PacketType.PUBREC;
        acknowledge(
                message,
                MqttReasons.of(reason, type),
                explains ? MqttReasons.words(reason) : MqttProperties.EMPTY);
    }

    private void acknowledge(Pending message, ReasonCode code, MqttProperties properties) {
        switch (message.qos) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE ->
                    writer.write(
                            new PubAck(message.packetId, code, properties),
                            new PubAck(message.packetId, code, MqttProperties.EMPTY));
            case EXACTLY_ONCE ->
                    writer.write(
                            new PubRec(message.packetId, code, properties),
                            new PubRec(message.packetId, code, MqttProperties.EMPTY));
        }
    }

    /** One message that waits. The store tells it from the committing thread. */
    private final class Pending implements Completion<Object> {

        private final int packetId;
        private final QualityOfService qos;
        private final String topic;
        private final int bytes;
        private volatile @Nullable Outcome outcome;

        Pending(int packetId, QualityOfService qos, String topic, int bytes) {
            this.packetId = packetId;
            this.qos = qos;
            this.topic = topic;
            this.bytes = bytes;
        }

        @Override
        public void durable(Object value) {
            settle(STORED);
        }

        @Override
        public void failed(RuntimeException cause) {
            settle(new Outcome.Failed(cause));
        }

        /** Many outcomes between two turns of the event loop share one turn. */
        private void settle(Outcome what) {
            outcome = what;
            if (settling.compareAndSet(false, true)) {
                try {
                    loop.execute(InboundPublishes.this::settleInOrder);
                } catch (RejectedExecutionException stopped) {
                    LOG.trace("a write ended after the channel had stopped", stopped);
                }
            }
        }
    }
}
