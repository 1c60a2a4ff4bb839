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
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.durability.Backlog;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageFull;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.quota.QuotaTerms;
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
 * which the store finishes. It lives on the connection's event loop; only {@link Pending} and what
 * {@link Backlog} calls are told from elsewhere.
 *
 * <p>Whoever keeps to the window is always listened to, however long the disk takes, so that its
 * PINGREQ is answered. Whoever exceeds it is told so where MQTT has a word for it, and is not read
 * from otherwise.
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
    private final Backlog backlog;
    private final QuotaTerms quota;
    private final int unstoredBytesMax;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>(0);
    private final AtomicBoolean settling = new AtomicBoolean();
    private final Runnable settleInOrder = this::settleInOrder;
    private final Runnable backlogIsLow = this::backlogIsLow;
    private final Repeats repeats;

    /** QoS 2: received, but not released by PUBREL yet; the same id again is the same message. */
    private final BitSet unreleased = new BitSet();

    private int unreleasedCount;
    private int unacknowledgedQos1;
    private int unstoredBytes;
    private boolean ended;

    /** What the session does about it. */
    interface Session extends Repeats.Session {
        /** The operator should know; the device was or will be told. */
        void noteRefused(RefusalReason reason, Map<String, String> details);

        /** The version has no way to say no to one message: the connection must end. */
        void endUnacknowledged(RefusalReason reason);

        /** Something was settled: flush, and read on if {@link #isFull} no longer holds. */
        void settled();
    }

    InboundPublishes(
            PacketWriter writer,
            boolean explains,
            EventLoop loop,
            QuotaTerms quota,
            Limits limits,
            Backlog backlog,
            Session session) {
        this.writer = writer;
        this.explains = explains;
        this.loop = loop;
        this.session = session;
        this.backlog = backlog;
        this.quota = quota;
        this.unstoredBytesMax = limits.of(Limit.CHANNEL_UNSTORED_BYTES);
        this.repeats = new Repeats(session, this::onLoop);
    }

    /**
     * Takes one message.
     *
     * @return false if the device has sent more QoS 1 and 2 messages than it may without waiting
     *     for their acknowledgement [MQTT-3.3.4-9]
     */
    boolean take(Publish publish) {
        int packetId = publish.packetId();
        boolean exactlyOnce = publish.qos() == QualityOfService.EXACTLY_ONCE;
        if (exactlyOnce && unreleased.get(packetId)) {
            takeAgain(packetId);
            return true;
        }
        if (exceedsReceiveMaximum(publish.qos())) {
            return false;
        }
        if (exactlyOnce) {
            unreleased.set(packetId);
            unreleasedCount++;
        } else if (publish.qos() == QualityOfService.AT_LEAST_ONCE) {
            unacknowledgedQos1++;
        }
        byte[] payload = publish.payloadBytes();
        Pending message = new Pending(packetId, publish.qos(), publish.topic(), payload.length);
        pending.add(message);
        unstoredBytes += payload.length;
        quota.refusalOf(payload)
                .ifPresentOrElse(message::failed, () -> repeats.take(publish, payload, message));
        return true;
    }

    /**
     * Version 5.0 counts QoS 1 and 2 together, each until PUBACK or PUBCOMP (section 4.9). We stop
     * counting when we write it, which is before the device does: whoever exceeds by our count
     * exceeds by its own. Version 3.1.1 knows no such number; only what it must release is counted.
     */
    private boolean exceedsReceiveMaximum(QualityOfService qos) {
        return switch (qos) {
            case AT_MOST_ONCE -> false;
            case AT_LEAST_ONCE ->
                    writer.version() == MqttVersion.V5
                            && unacknowledgedQos1 + unreleasedCount >= quota.inflight();
            case EXACTLY_ONCE ->
                    unreleasedCount >= quota.inflight()
                            || (writer.version() == MqttVersion.V5
                                    && unacknowledgedQos1 + unreleasedCount >= quota.inflight());
        };
    }

    /** What an earlier connection of the session took and the device has not released yet. */
    void resume(Iterable<Integer> packetIds) {
        for (int packetId : packetIds) {
            unreleased.set(packetId);
            unreleasedCount++;
        }
    }

    /** Whether a QoS 2 message with this id was received and not released. */
    boolean isUnreleased(int packetId) {
        return unreleased.get(packetId);
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
        boolean known = forgetUnreleased(packetId);
        writer.write(
                new PubComp(
                        packetId,
                        known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
                        MqttProperties.EMPTY));
    }

    private boolean forgetUnreleased(int packetId) {
        boolean known = unreleased.get(packetId);
        if (known) {
            unreleased.clear(packetId);
            unreleasedCount--;
        }
        return known;
    }

    /**
     * Whether no more should be read from the device: it has exceeded its own window, or too much
     * waits for the disk in all. In the second case the session hears when that is over, by {@link
     * Session#settled}.
     */
    boolean isFull() {
        if (pending.size() > quota.inflight() || unstoredBytes >= unstoredBytesMax) {
            return true;
        }
        if (backlog.isHigh()) {
            backlog.whenLow(backlogIsLow);
            return true;
        }
        return false;
    }

    /** The connection is gone: whatever becomes durable now is acknowledged to nobody. */
    void end() {
        ended = true;
        pending.clear();
        repeats.end();
        backlog.forget(backlogIsLow);
    }

    private void onLoop(Runnable action) {
        try {
            loop.execute(action);
        } catch (RejectedExecutionException stopped) {
            LOG.trace("a write ended after the channel had stopped", stopped);
        }
    }

    private void settleInOrder() {
        settling.set(false);
        @Nullable Pending message = pending.peek();
        while (message != null && message.outcome != null) {
            Outcome outcome = message.outcome;
            pending.remove();
            unstoredBytes -= message.bytes;
            if (message.qos == QualityOfService.AT_LEAST_ONCE) {
                unacknowledgedQos1--;
            }
            answer(message, outcome);
            // Refusing may have ended the session, which forgets what is pending.
            message = pending.peek();
        }
        goOn();
    }

    private void backlogIsLow() {
        onLoop(this::goOn);
    }

    private void goOn() {
        if (!ended) {
            session.settled();
        }
    }

    private void answer(Pending message, Outcome outcome) {
        switch (outcome) {
            case Outcome.Stored() -> acknowledge(message, ReasonCode.SUCCESS, MqttProperties.EMPTY);
            case Outcome.Failed(MessageRefused refused) ->
                    refuse(message, refused.reason(), refused.why());
            case Outcome.Failed(StorageFull full) ->
                    refuse(message, RefusalReason.STORAGE_FULL, String.valueOf(full.getMessage()));
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
        session.noteRefused(reason, Map.of("topic", message.topic.text(), "why", why));
        if (message.qos == QualityOfService.EXACTLY_ONCE) {
            // A PUBREC with a failure ends the exchange [MQTT-4.3.3-9].
            boolean _ = forgetUnreleased(message.packetId);
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
        private final TopicName topic;
        private final int bytes;
        private volatile @Nullable Outcome outcome;

        Pending(int packetId, QualityOfService qos, TopicName topic, int bytes) {
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
                onLoop(settleInOrder);
            }
        }
    }
}
