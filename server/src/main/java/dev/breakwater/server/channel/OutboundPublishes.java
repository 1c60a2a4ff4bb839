/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PubRel;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.OutboundMessage;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to the device: at most as many unacknowledged as the device takes, as many
 * again waiting, and every one's outcome told exactly once. It lives on the connection's event
 * loop.
 *
 * <p>MQTT forbids to send a message again on the same connection [MQTT-4.4.0-1], so one that the
 * device does not acknowledge would hold its place for ever: {@link #longestUnacknowledged} says
 * how long it has done so.
 */
final class OutboundPublishes {

    private static final int PACKET_IDS = 0xFFFF;

    private final PacketWriter writer;
    private final Clock clock;
    private final int window;
    private final int waitingMax;
    private final int waitingBytesMax;

    /** By packet id, and in the order in which each last made a step. */
    private final Map<Integer, Sent> sent = new LinkedHashMap<>();

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
    private int waitingBytes;
    private int lastPacketId;

    OutboundPublishes(
            PacketWriter writer, Clock clock, int window, int waitingMax, int waitingBytesMax) {
        this.writer = writer;
        this.clock = clock;
        this.window = window;
        this.waitingMax = waitingMax;
        this.waitingBytesMax = waitingBytesMax;
    }

    private record Waiting(
            TopicName topic,
            OutboundMessage message,
            QualityOfService qos,
            DeliveryOutcome outcome) {

        int bytes() {
            return message.payload().length;
        }
    }

    private static final class Sent {
        final QualityOfService qos;
        final DeliveryOutcome outcome;
        boolean received;
        long sinceNanos = System.nanoTime();

        Sent(QualityOfService qos, DeliveryOutcome outcome) {
            this.qos = qos;
            this.outcome = outcome;
        }
    }

    /** Sends, or queues, or tells at once that it cannot. */
    void send(
            TopicName topic,
            OutboundMessage message,
            QualityOfService qos,
            DeliveryOutcome outcome) {
        Waiting next = new Waiting(topic, message, qos, outcome);
        if (qos == QualityOfService.AT_MOST_ONCE) {
            sendUnacknowledged(next);
        } else if (sent.size() < window && waiting.isEmpty()) {
            sendAcknowledged(next);
        } else if (waiting.size() < waitingMax && waitingBytes + next.bytes() <= waitingBytesMax) {
            waiting.add(next);
            waitingBytes += next.bytes();
        } else {
            outcome.undelivered();
        }
    }

    private void sendUnacknowledged(Waiting message) {
        Publish publish = packet(message, Publish.NO_PACKET_ID);
        if (!mayBeSent(message, publish)) {
            message.outcome().undelivered();
            return;
        }
        writer.write(
                publish,
                left -> {
                    if (left.isSuccess()) {
                        message.outcome().delivered();
                    } else {
                        message.outcome().undelivered();
                    }
                });
    }

    private void sendAcknowledged(Waiting message) {
        int packetId = nextPacketId();
        Publish publish = packet(message, packetId);
        if (!mayBeSent(message, publish)) {
            message.outcome().undelivered();
            return;
        }
        sent.put(packetId, new Sent(message.qos(), message.outcome()));
        writer.write(publish);
    }

    /**
     * A packet larger than the device takes must not be sent [MQTT-3.1.2-24], nor a message that
     * has expired in the queue [MQTT-3.3.2-5].
     */
    private boolean mayBeSent(Waiting message, Publish publish) {
        return writer.fits(publish)
                && message.message().expiresAt().map(clock.instant()::isBefore).orElse(true);
    }

    private Publish packet(Waiting waiting, int packetId) {
        return new Publish(
                false,
                waiting.qos(),
                false,
                waiting.topic(),
                packetId,
                properties(waiting.message()),
                ByteBuffer.wrap(waiting.message().payload()));
    }

    private MqttProperties properties(OutboundMessage message) {
        if (writer.version() == MqttVersion.V3_1_1) {
            return MqttProperties.EMPTY;
        }
        MqttProperties.Builder properties = MqttProperties.builder();
        message.expiresAt()
                .ifPresent(
                        at ->
                                properties.with(
                                        MqttProperty.MESSAGE_EXPIRY_INTERVAL_SECONDS,
                                        secondsUntil(at)));
        message.replyTopic()
                .ifPresent(
                        topic -> properties.with(MqttProperty.RESPONSE_TOPIC, TopicName.of(topic)));
        return properties.build();
    }

    /** Rounded up: with less than a second left it is not yet expired. */
    private long secondsUntil(Instant at) {
        long millis = Math.max(0, Duration.between(clock.instant(), at).toMillis());
        return Math.min((millis + 999) / 1_000, 0xFFFF_FFFFL);
    }

    /** There is always a free one: the window is smaller than the number of ids. */
    private int nextPacketId() {
        do {
            lastPacketId = lastPacketId % PACKET_IDS + 1;
        } while (sent.containsKey(lastPacketId));
        return lastPacketId;
    }

    /**
     * PUBACK, the end of QoS 1.
     *
     * @return false if no QoS 1 message with this id is on its way, which breaks the protocol
     */
    boolean acknowledged(int packetId, ReasonCode reasonCode) {
        @Nullable Sent message = sent.get(packetId);
        if (message == null || message.qos != QualityOfService.AT_LEAST_ONCE) {
            return false;
        }
        tell(message.outcome, reasonCode);
        settle(packetId);
        return true;
    }

    /**
     * PUBREC, the middle of QoS 2: from here on the message is the device's (section 4.3.3), and
     * what is left is to free its id. It may be repeated until PUBREL has arrived.
     */
    void received(int packetId, ReasonCode reasonCode) {
        @Nullable Sent message = sent.get(packetId);
        if (message == null || message.qos != QualityOfService.EXACTLY_ONCE) {
            writer.write(
                    new PubRel(
                            packetId,
                            ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
                            MqttProperties.EMPTY));
            return;
        }
        if (!message.received) {
            tell(message.outcome, reasonCode);
        }
        if (reasonCode.isFailure()) {
            // Ends the exchange [MQTT-4.3.3-4].
            settle(packetId);
            return;
        }
        message.received = true;
        step(packetId, message);
        writer.write(new PubRel(packetId));
    }

    /** It is the youngest again: the device has just said something about it. */
    private void step(int packetId, Sent message) {
        message.sinceNanos = System.nanoTime();
        sent.remove(packetId);
        sent.put(packetId, message);
    }

    /**
     * PUBCOMP, the end of QoS 2.
     *
     * @return false if no received QoS 2 message with this id is there, which breaks the protocol
     */
    boolean completed(int packetId) {
        @Nullable Sent message = sent.get(packetId);
        if (message == null || !message.received) {
            return false;
        }
        settle(packetId);
        return true;
    }

    private static void tell(DeliveryOutcome outcome, ReasonCode reasonCode) {
        if (reasonCode.isFailure()) {
            outcome.undelivered();
        } else {
            outcome.delivered();
        }
    }

    private void settle(int packetId) {
        sent.remove(packetId);
        while (sent.size() < window && !waiting.isEmpty()) {
            Waiting next = waiting.remove();
            waitingBytes -= next.bytes();
            sendAcknowledged(next);
        }
    }

    /** How long the device has owed its answer to the message it owes it longest for. */
    Duration longestUnacknowledged() {
        return sent.isEmpty()
                ? Duration.ZERO
                : Duration.ofNanos(System.nanoTime() - sent.values().iterator().next().sinceNanos);
    }

    boolean isIdle() {
        return sent.isEmpty();
    }

    /** The session has ended: whatever was not acknowledged counts as undelivered. */
    void end() {
        for (Sent message : sent.values()) {
            if (!message.received) {
                message.outcome.undelivered();
            }
        }
        sent.clear();
        waiting.forEach(message -> message.outcome().undelivered());
        waiting.clear();
        waitingBytes = 0;
    }
}
