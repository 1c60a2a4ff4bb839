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
import dev.breakwater.server.session.InFlight;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.server.session.PayloadDigest;
import dev.breakwater.server.session.SessionChange;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

    /** Of an exchange whose message has been seen to already. */
    private static final DeliveryOutcome NOBODY_ASKS =
            new DeliveryOutcome() {
                @Override
                public void delivered() {}

                @Override
                public void undelivered() {}
            };

    private final PacketWriter writer;
    private final SessionJournal journal;
    private final Clock clock;
    private final int window;
    private final int waitingMax;
    private final int waitingBytesMax;

    /** By packet id, and in the order in which each last made a step. */
    private final Map<Integer, Sent> sent = new LinkedHashMap<>();

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);

    /** On their way when an earlier connection of the session ended, in the order of sending. */
    private final Interrupted interrupted = new Interrupted();

    private int waitingBytes;
    private int lastPacketId;

    OutboundPublishes(
            PacketWriter writer,
            SessionJournal journal,
            Clock clock,
            int window,
            int waitingMax,
            int waitingBytesMax) {
        this.writer = writer;
        this.journal = journal;
        this.clock = clock;
        this.window = window;
        this.waitingMax = waitingMax;
        this.waitingBytesMax = waitingBytesMax;
    }

    /**
     * @param begun if an earlier connection began to send it: it keeps its id and its level
     */
    private record Waiting(
            TopicName topic,
            OutboundMessage message,
            QualityOfService qos,
            Optional<InFlight> begun,
            DeliveryOutcome outcome) {

        int bytes() {
            return message.payload().length;
        }
    }

    private static final class Sent {
        final QualityOfService qos;
        final DeliveryOutcome outcome;
        boolean received;
        boolean released;
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
            QualityOfService granted,
            DeliveryOutcome outcome) {
        if (granted == QualityOfService.AT_MOST_ONCE) {
            sendUnacknowledged(new Waiting(topic, message, granted, Optional.empty(), outcome));
            return;
        }
        Optional<InFlight> begun = interrupted.takeUp(topic, message.payload());
        QualityOfService qos = begun.map(InFlight::qos).orElse(granted);
        Waiting next = new Waiting(topic, message, qos, begun, outcome);
        if (sent.size() < window && waiting.isEmpty()) {
            sendAcknowledged(next);
        } else if (waiting.size() < waitingMax && waitingBytes + next.bytes() <= waitingBytesMax) {
            waiting.add(next);
            waitingBytes += next.bytes();
        } else {
            begun.ifPresent(interrupted::add);
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

    /**
     * A message that is sent again has the id it had, and DUP [MQTT-3.3.1-1, MQTT-4.4.0-1]. One
     * that is new is on record before it leaves, or its id would be lost with the connection.
     */
    private void sendAcknowledged(Waiting message) {
        int packetId = message.begun().map(InFlight::packetId).orElseGet(this::nextPacketId);
        Publish publish = packet(message, packetId);
        if (!mayBeSent(message, publish)) {
            message.begun().ifPresent(this::abandon);
            message.outcome().undelivered();
            return;
        }
        sent.put(packetId, new Sent(message.qos(), message.outcome()));
        if (message.begun().isPresent() || !journal.isKept()) {
            writer.write(publish);
        } else {
            String digest = PayloadDigest.of(message.message().payload());
            journal.record(
                    new SessionChange.Sent(
                            new InFlight(packetId, message.topic(), message.qos(), digest, false)),
                    () -> writer.write(publish));
        }
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
                waiting.begun().isPresent(),
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

    /** An id for one more message that is to be acknowledged, if the device takes one more. */
    OptionalInt freePacketId() {
        return sent.size() < window ? OptionalInt.of(nextPacketId()) : OptionalInt.empty();
    }

    /** There is always a free one: the window is smaller than the number of ids. */
    private int nextPacketId() {
        do {
            lastPacketId = lastPacketId % PACKET_IDS + 1;
        } while (sent.containsKey(lastPacketId) || interrupted.holds(lastPacketId));
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
        if (message.received) {
            if (message.released) {
                writer.write(new PubRel(packetId));
            }
            return;
        }
        // First what became of the message, then the exchange: of a crash between the two the
        // message must not come back.
        tell(message.outcome, reasonCode);
        if (reasonCode.isFailure()) {
            // Ends the exchange [MQTT-4.3.3-4].
            settle(packetId);
        } else {
            step(packetId, message);
            release(packetId, message);
        }
    }

    /** PUBREL leaves once it is on record that the message must not be sent again. */
    private void release(int packetId, Sent message) {
        message.received = true;
        journal.record(
                new SessionChange.Taken(packetId),
                () -> {
                    message.released = true;
                    writer.write(new PubRel(packetId));
                });
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
        forget(packetId);
        while (sent.size() < window && !waiting.isEmpty()) {
            Waiting next = waiting.remove();
            waitingBytes -= next.bytes();
            sendAcknowledged(next);
        }
    }

    private void forget(int packetId) {
        if (journal.isKept()) {
            journal.record(new SessionChange.Settled(packetId), () -> {});
        }
    }

    /**
     * Goes on where an earlier connection left off. PUBREL is sent at once [MQTT-4.4.0-1]; a
     * message is sent again when its source hands it over again, which knows whether it still has a
     * meaning.
     */
    void resume(List<InFlight> earlier) {
        for (InFlight message : earlier) {
            if (message.received()) {
                Sent exchange = new Sent(message.qos(), NOBODY_ASKS);
                exchange.received = true;
                exchange.released = true;
                sent.put(message.packetId(), exchange);
                writer.write(new PubRel(message.packetId()));
            } else {
                interrupted.add(message);
            }
        }
    }

    /**
     * What nobody has handed over again has lost its meaning: a command that has ended meanwhile, a
     * state that has changed. Only the ids are left to be freed, for QoS 2 on the device's side
     * too.
     */
    void abandonInterrupted() {
        interrupted.takeAll().forEach(this::abandon);
    }

    private void abandon(InFlight message) {
        if (message.qos() == QualityOfService.EXACTLY_ONCE) {
            Sent exchange = new Sent(message.qos(), NOBODY_ASKS);
            sent.put(message.packetId(), exchange);
            release(message.packetId(), exchange);
        } else {
            forget(message.packetId());
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
