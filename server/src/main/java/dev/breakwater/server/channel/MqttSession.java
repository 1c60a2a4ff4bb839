/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PacketType;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.PubComp;
import dev.breakwater.protocol.mqtt.PubRec;
import dev.breakwater.protocol.mqtt.PubRel;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.mqtt.Unsubscribe;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.FarewellReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One admitted device on one connection, from CONNACK to the end. Everything but {@link #deliver},
 * {@link #close} and {@link #farewell} happens on the connection's event loop.
 */
final class MqttSession extends ChannelInboundHandlerAdapter
        implements DeviceSession, InboundPublishes.Session {

    private static final Logger LOG = LoggerFactory.getLogger(MqttSession.class);

    private final Channel channel;
    private final MqttFraming framing;
    private final PacketWriter writer;
    private final AuthenticatedDevice device;
    private final Peer peer;
    private final ChannelParts parts;
    private final InboundPublishes inbound;
    private final OutboundPublishes outbound;
    private final Subscriptions subscriptions;
    private final CatchingUp catchingUp;
    private final Silence silence;
    private final ExpiryWatch expiry;
    private final LastWill will;
    private final AtomicReference<@Nullable FarewellReason> farewell = new AtomicReference<>();
    private boolean begun;

    /** Whether the end has been decided; the socket may take another moment to close. */
    private boolean leaving;

    /**
     * Whether this was not the device's session any more when it ended: the device had another one
     * already, or the server was closing this one.
     */
    private boolean dismissed;

    MqttSession(
            Channel channel,
            MqttFraming framing,
            PacketWriter writer,
            AuthenticatedDevice device,
            Peer peer,
            SessionTerms terms,
            ChannelParts parts) {
        this.channel = channel;
        this.framing = framing;
        this.writer = writer;
        this.device = device;
        this.peer = peer;
        this.parts = parts;
        this.inbound =
                new InboundPublishes(
                        writer, terms.explains(), channel.eventLoop(), parts.limits(), this);
        this.outbound =
                new OutboundPublishes(
                        writer,
                        terms.sendWindow(),
                        parts.limits().of(Limit.CHANNEL_INFLIGHT),
                        parts.limits().of(Limit.CHANNEL_OUTBOUND_BYTES));
        this.subscriptions =
                new Subscriptions(parts.topics(), parts.limits().of(Limit.CHANNEL_SUBSCRIPTIONS));
        this.catchingUp = new CatchingUp(device, channel.eventLoop(), parts);
        this.silence =
                new Silence(
                        terms.silenceMax(),
                        parts.deadlines(),
                        channel.eventLoop(),
                        () -> !framing.isPaused(),
                        () -> refuse(RefusalReason.KEEPALIVE_MISSED, Map.of()));
        this.expiry =
                new ExpiryWatch(
                        device.notAfter(),
                        parts,
                        channel.eventLoop(),
                        () -> close(FarewellReason.CREDENTIAL_EXPIRED));
        this.will = new LastWill(terms.will(), device, parts);
    }

    @Override
    public DeviceId deviceId() {
        return device.id();
    }

    @Override
    public OrganizationId organization() {
        return device.organization();
    }

    /** Why the server ends the session, if it does. Any thread. */
    Optional<FarewellReason> farewell() {
        return Optional.ofNullable(farewell.get());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        begun = true;
        silence.begin();
        expiry.begin();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (leaving) {
            return;
        }
        silence.heard();
        switch ((MqttPacket) message) {
            case Publish publish -> publish(publish);
            case PubAck(int id, ReasonCode code, MqttProperties words) -> {
                if (!outbound.acknowledged(id, code)) {
                    breach(ReasonCode.PROTOCOL_ERROR, "PUBACK for nothing sent");
                }
            }
            case PubRec(int id, ReasonCode code, MqttProperties words) ->
                    outbound.received(id, code);
            case PubRel(int id, ReasonCode code, MqttProperties words) -> inbound.release(id);
            case PubComp(int id, ReasonCode code, MqttProperties words) -> {
                if (code == ReasonCode.SUCCESS && !outbound.completed(id)) {
                    breach(ReasonCode.PROTOCOL_ERROR, "PUBCOMP for nothing released");
                }
            }
            case Subscribe subscribe -> subscribe(subscribe);
            case Unsubscribe unsubscribe -> writer.write(subscriptions.unsubscribe(unsubscribe));
            case PingReq() -> writer.write(new PingResp());
            case Disconnect(ReasonCode code, MqttProperties words) -> {
                // Any other code than 0x00 asks for the will [MQTT-3.14.4-3].
                if (code == ReasonCode.SUCCESS) {
                    will.forget();
                }
                end(Optional.empty());
            }
            // The decoder lets only a client's packets pass, CONNECT once, and AUTH never, since no
            // connection has agreed on an authentication method.
            case Connect again -> throw unexpected(again);
            case MqttPacket other -> throw unexpected(other);
        }
    }

    private static IllegalStateException unexpected(MqttPacket packet) {
        return new IllegalStateException("a decoder let " + packet.type() + " pass");
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        writer.flush();
    }

    private void publish(Publish publish) {
        if (publish.properties().has(MqttProperty.TOPIC_ALIAS)) {
            // CONNACK said that there are none [MQTT-3.3.2-9].
            breach(ReasonCode.TOPIC_ALIAS_INVALID, "a topic alias was used");
        } else if (!inbound.take(publish)) {
            breach(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "too many messages without PUBREL");
        } else if (inbound.isFull()) {
            framing.pause();
        }
    }

    private void subscribe(Subscribe subscribe) {
        if (subscribe.properties().has(MqttProperty.SUBSCRIPTION_IDENTIFIER)) {
            // CONNACK said that there are none (MQTT 5.0 section 3.2.2.3.12).
            breach(
                    ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                    "a subscription identifier was used");
            return;
        }
        Subscriptions.Answer answer = subscriptions.subscribe(subscribe);
        writer.write(answer.subAck());
        answer.refused()
                .forEach(
                        filter ->
                                noteRefused(
                                        RefusalReason.TOPIC_REFUSED,
                                        Map.of("filter", filter.text())));
        catchingUp.with(answer.granted());
    }

    @Override
    public void handOn(Publish publish, byte[] payload, Completion<Object> completion) {
        parts.topics().publish(device, publish.topic(), payload, completion);
    }

    @Override
    public void noteRefused(RefusalReason reason, Map<String, String> details) {
        parts.refusals().device(reason, device, peer, details);
    }

    @Override
    public void endUnacknowledged(RefusalReason reason) {
        end(Optional.of(MqttReasons.of(reason, PacketType.DISCONNECT)));
    }

    @Override
    public void settled() {
        writer.flush();
        if (framing.isPaused() && !inbound.isFull()) {
            // The device was kept waiting, so its silence is ours.
            silence.heard();
            framing.resume();
        }
    }

    @Override
    public void deliver(String topic, byte[] payload, DeliveryOutcome outcome) {
        TopicName name = TopicName.of(topic);
        onLoop(
                () -> {
                    if (!begun || leaving) {
                        outcome.undelivered();
                        return;
                    }
                    subscriptions
                            .grantedFor(name)
                            .ifPresentOrElse(
                                    qos -> outbound.send(name, payload, qos, outcome),
                                    outcome::undelivered);
                    writer.flush();
                },
                outcome::undelivered);
    }

    @Override
    public void close(FarewellReason reason) {
        if (farewell.compareAndSet(null, reason)) {
            onLoop(
                    () -> {
                        if (begun && !leaving) {
                            LOG.debug("{} has to leave: {}", device, reason);
                            end(Optional.of(MqttReasons.of(reason)));
                        }
                    },
                    () -> {});
        }
    }

    private void onLoop(Runnable action, Runnable whenStopped) {
        try {
            channel.eventLoop().execute(action);
        } catch (RejectedExecutionException stopped) {
            LOG.trace("the event loop of {} has ended", device, stopped);
            whenStopped.run();
        }
    }

    /** The device broke a rule of MQTT that the decoder cannot know of. */
    private void breach(ReasonCode code, String what) {
        noteRefused(MqttReasons.refusalOf(code), Map.of("packet", what));
        end(Optional.of(code));
    }

    private void refuse(RefusalReason reason, Map<String, String> details) {
        if (!leaving) {
            noteRefused(reason, details);
            end(Optional.of(MqttReasons.of(reason, PacketType.DISCONNECT)));
        }
    }

    /**
     * Ends the session: from here on nothing is taken from the device and nothing acknowledged.
     *
     * @param word what MQTT 5.0 says to the device before the connection closes; 3.1.1 says nothing
     */
    private void end(Optional<ReasonCode> word) {
        leave();
        if (writer.version() == MqttVersion.V5) {
            word.ifPresent(code -> writer.write(new Disconnect(code)));
        }
        writer.flush();
        writer.hangUp();
    }

    /** From here on the device is not connected, whatever its socket still does. */
    private void leave() {
        if (!leaving) {
            leaving = true;
            framing.stop();
            inbound.end();
            dismissed = !parts.sessions().detach(this);
        }
    }

    /**
     * A device that does not read gets no more memory than its limit: its connection ends, and what
     * was not acknowledged is undelivered. There is no point in a DISCONNECT it would not read.
     */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable() && !leaving) {
            noteRefused(
                    RefusalReason.QUOTA_EXCEEDED,
                    Map.of("limit", Limit.CHANNEL_OUTBOUND_BYTES.key(), "what", "a slow reader"));
            leave();
            writer.hangUp();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave();
        outbound.end();
        catchingUp.end();
        silence.end();
        expiry.end();
        if (farewell.get() == null && !dismissed) {
            will.publish();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof MalformedPacket malformed) {
            if (!leaving) {
                noteRefused(
                        MqttReasons.refusalOf(malformed.reasonCode()),
                        Map.of("packet", String.valueOf(malformed.getMessage())));
                end(Optional.of(malformed.reasonCode()));
            }
        } else {
            LOG.debug("the connection of {} failed", device, cause);
            leave();
            writer.hangUp();
        }
    }
}
