/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.PubComp;
import dev.breakwater.protocol.mqtt.PubRec;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.mqtt.UnsubAck;
import dev.breakwater.protocol.mqtt.Unsubscribe;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.KeptState;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.server.session.SessionChange;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the device: what it has subscribed to, what is on its way, and how long the device
 * may take to read and to acknowledge it. A slow consumer is bounded in bytes and in time, and its
 * connection is what ends: what was not acknowledged is undelivered, and is sent again when the
 * device is back. It lives on the connection's event loop.
 */
final class Deliveries {

    private final DeviceConnection connection;
    private final PacketWriter writer;
    private final ChannelParts parts;
    private final SessionEnd end;
    private final SessionJournal journal;
    private final OutboundPublishes outbound;
    private final Subscriptions subscriptions;
    private final CatchingUp catchingUp;
    private final SlowReader slowReader;
    private final Duration acknowledgedWithin;
    private @Nullable Timeout acknowledgement;

    Deliveries(
            DeviceConnection connection,
            AuthenticatedDevice device,
            SessionTerms terms,
            ChannelParts parts,
            SessionEnd end,
            SessionJournal journal) {
        this.connection = connection;
        this.writer = connection.writer();
        this.parts = parts;
        this.end = end;
        this.journal = journal;
        this.outbound =
                new OutboundPublishes(
                        writer,
                        journal,
                        parts.clock(),
                        terms.sendWindow(),
                        terms.inflightMax(),
                        parts.limits().of(Limit.CHANNEL_OUTBOUND_BYTES));
        this.subscriptions = new Subscriptions(parts.topics(), terms.subscriptionsMax());
        this.catchingUp =
                new CatchingUp(device, connection.loop(), parts, outbound::abandonInterrupted);
        this.slowReader =
                new SlowReader(
                        writer,
                        parts.limits().seconds(Limit.CHANNEL_UNREAD_SECONDS),
                        parts.deadlines(),
                        connection.loop(),
                        () -> refuseSlow(Limit.CHANNEL_UNREAD_SECONDS));
        this.acknowledgedWithin = parts.limits().seconds(Limit.CHANNEL_UNACKNOWLEDGED_SECONDS);
    }

    void subscribe(Subscribe subscribe) {
        if (subscribe.properties().has(MqttProperty.SUBSCRIPTION_IDENTIFIER)) {
            // CONNACK said that there are none (MQTT 5.0 section 3.2.2.3.12).
            end.breach(
                    ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                    "a subscription identifier was used");
            return;
        }
        Subscriptions.Answer answer = subscriptions.subscribe(subscribe);
        answer.refused()
                .forEach(
                        filter ->
                                end.noteRefused(
                                        RefusalReason.TOPIC_REFUSED,
                                        Map.of("filter", filter.text())));
        if (answer.granted().isEmpty()) {
            writer.write(answer.subAck());
            return;
        }
        journal.record(
                new SessionChange.Subscribed(answer.granted()),
                () -> {
                    writer.write(answer.subAck());
                    catchingUp.with(answer.granted().keySet());
                });
    }

    void unsubscribe(Unsubscribe unsubscribe) {
        UnsubAck answer = subscriptions.unsubscribe(unsubscribe);
        journal.record(
                new SessionChange.Unsubscribed(unsubscribe.filters()), () -> writer.write(answer));
    }

    /**
     * Goes on where an earlier connection of the session left off: what was on its way is sent
     * again with its packet id, and what waited meanwhile follows without a new SUBSCRIBE.
     */
    void resume(KeptState state) {
        subscriptions.resume(state.subscriptions());
        outbound.resume(state.inFlight());
        if (state.subscriptions().isEmpty()) {
            outbound.abandonInterrupted();
        } else {
            catchingUp.with(state.subscriptions().keySet());
        }
    }

    /** Sends a message if the device has subscribed to its topic. */
    void send(OutboundMessage message, DeliveryOutcome outcome) {
        TopicName topic = TopicName.of(message.topic());
        subscriptions
                .grantedFor(topic)
                .ifPresentOrElse(
                        qos -> outbound.send(topic, message, qos, outcome), outcome::undelivered);
        flush();
    }

    void take(PubAck answer) {
        if (!outbound.acknowledged(answer.packetId(), answer.reasonCode())) {
            end.breach(ReasonCode.PROTOCOL_ERROR, "PUBACK for nothing sent");
        }
    }

    void take(PubRec answer) {
        outbound.received(answer.packetId(), answer.reasonCode());
    }

    void take(PubComp answer) {
        // With "packet identifier not found" there may be nothing here either.
        if (!outbound.completed(answer.packetId()) && !answer.reasonCode().isFailure()) {
            end.breach(ReasonCode.PROTOCOL_ERROR, "PUBCOMP for nothing released");
        }
    }

    /** Lets go what was written, and watches whether it leaves and is answered. */
    void flush() {
        writer.flush();
        slowReader.watch();
        watchAcknowledgements();
    }

    private void watchAcknowledgements() {
        if (acknowledgement == null && !outbound.isIdle() && !end.isDecided()) {
            Duration left = acknowledgedWithin.minus(outbound.longestUnacknowledged());
            acknowledgement = parts.deadlines().after(left, connection.loop(), this::look);
        }
    }

    private void look() {
        acknowledgement = null;
        if (outbound.longestUnacknowledged().compareTo(acknowledgedWithin) >= 0) {
            end.refuse(
                    RefusalReason.QUOTA_EXCEEDED,
                    Map.of(
                            "limit",
                            Limit.CHANNEL_UNACKNOWLEDGED_SECONDS.key(),
                            "what",
                            "a message was not acknowledged"));
        } else {
            watchAcknowledgements();
        }
    }

    /**
     * Ends deliveries while the connection stands: what was not acknowledged is undelivered.
     *
     * @return an id for one last message that the device acknowledges, if it takes one more and has
     *     subscribed by this very filter
     */
    OptionalInt endBut(TopicFilter exact) {
        OptionalInt free =
                subscriptions.acknowledges(exact) ? outbound.freePacketId() : OptionalInt.empty();
        if (free.isPresent()) {
            end();
        }
        return free;
    }

    /** More waits for the device than it may. */
    void writabilityChanged() {
        if (!connection.channel().isWritable()) {
            refuseSlow(Limit.CHANNEL_OUTBOUND_BYTES);
        }
    }

    private void refuseSlow(Limit limit) {
        end.refuseUnheard(
                RefusalReason.QUOTA_EXCEEDED,
                Map.of("limit", limit.key(), "what", "a slow reader"));
    }

    /** The connection is gone. */
    void end() {
        outbound.end();
        catchingUp.end();
        slowReader.end();
        if (acknowledgement != null) {
            acknowledgement.cancel();
        }
    }
}
