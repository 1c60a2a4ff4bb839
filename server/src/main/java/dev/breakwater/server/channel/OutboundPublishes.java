/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.PubRel;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.session.DeliveryOutcome;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to the device: at most as many unacknowledged as the device takes, as many
 * again waiting, and every one's outcome told exactly once. It lives on the connection's event
 * loop.
 */
final class OutboundPublishes {

    private static final int PACKET_IDS = 0xFFFF;

    private final PacketWriter writer;
    private final int window;
    private final int waitingMax;
    private final int waitingBytesMax;
    private final Map<Integer, Sent> sent = new HashMap<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private int lastPacketId;

    OutboundPublishes(PacketWriter writer, int window, int waitingMax, int waitingBytesMax) {
        this.writer = writer;
        this.window = window;
        this.waitingMax = waitingMax;
        this.waitingBytesMax = waitingBytesMax;
    }

    private record Waiting(
            TopicName topic, ByteBuffer payload, QualityOfService qos, DeliveryOutcome outcome) {

        int bytes() {
            return payload.remaining();
        }

        Publish packet(int packetId) {
            return new Publish(false, qos, false, topic, packetId, MqttProperties.EMPTY, payload);
        }
    }

    private static final class Sent {
        final QualityOfService qos;
        final DeliveryOutcome outcome;
        boolean received;

        Sent(QualityOfService qos, DeliveryOutcome outcome) {
            this.qos = qos;
            this.outcome = outcome;
        }
    }

    /** Sends, or queues, or tells at once that it cannot. */
    void send(TopicName topic, byte[] payload, QualityOfService qos, DeliveryOutcome outcome) {
        Waiting message = new Waiting(topic, ByteBuffer.wrap(payload), qos, outcome);
        if (qos == QualityOfService.AT_MOST_ONCE) {
            sendUnacknowledged(message);
        } else if (sent.size() < window && waiting.isEmpty()) {
            sendAcknowledged(message);
        } else if (waiting.size() < waitingMax
                && waitingBytes + payload.length <= waitingBytesMax) {
            waiting.add(message);
            waitingBytes += payload.length;
        } else {
            outcome.undelivered();
        }
    }

    private void sendUnacknowledged(Waiting message) {
        Publish publish = message.packet(Publish.NO_PACKET_ID);
        if (!writer.fits(publish)) {
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
        Publish publish = message.packet(packetId);
        // A packet larger than the device takes must not be sent [MQTT-3.1.2-24].
        if (!writer.fits(publish)) {
            message.outcome().undelivered();
            return;
        }
        sent.put(packetId, new Sent(message.qos(), message.outcome()));
        writer.write(publish);
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
        return settled(packetId, QualityOfService.AT_LEAST_ONCE, reasonCode);
    }

    /** PUBREC, the middle of QoS 2. It may be repeated until PUBREL has arrived. */
    void received(int packetId, ReasonCode reasonCode) {
        @Nullable Sent message = sent.get(packetId);
        if (message == null || message.qos != QualityOfService.EXACTLY_ONCE) {
            writer.write(
                    new PubRel(
                            packetId,
                            ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
                            MqttProperties.EMPTY));
        } else if (reasonCode.isFailure()) {
            settled(packetId, QualityOfService.EXACTLY_ONCE, reasonCode);
        } else {
            message.received = true;
            writer.write(new PubRel(packetId));
        }
    }

    /**
     * PUBCOMP, the end of QoS 2.
     *
     * @return false if no received QoS 2 message with this id is there, which breaks the protocol
     */
    boolean completed(int packetId) {
        @Nullable Sent message = sent.get(packetId);
        return message != null
                && message.received
                && settled(packetId, QualityOfService.EXACTLY_ONCE, ReasonCode.SUCCESS);
    }

    private boolean settled(int packetId, QualityOfService qos, ReasonCode reasonCode) {
        @Nullable Sent message = sent.get(packetId);
        if (message == null || message.qos != qos) {
            return false;
        }
        sent.remove(packetId);
        if (reasonCode.isFailure()) {
            message.outcome.undelivered();
        } else {
            message.outcome.delivered();
        }
        while (sent.size() < window && !waiting.isEmpty()) {
            Waiting next = waiting.remove();
            waitingBytes -= next.bytes();
            sendAcknowledged(next);
        }
        return true;
    }

    /** The session has ended: whatever was not acknowledged counts as undelivered. */
    void end() {
        sent.values().forEach(message -> message.outcome.undelivered());
        sent.clear();
        waiting.forEach(message -> message.outcome().undelivered());
        waiting.clear();
        waitingBytes = 0;
    }
}
