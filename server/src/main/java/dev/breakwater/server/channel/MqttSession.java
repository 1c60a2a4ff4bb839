/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
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
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One admitted device on one connection, from CONNACK to the end. Everything but {@link #deliver},
 * {@link #close} and {@link #farewell} happens on the connection's event loop.
 *
 * <p>A packet is either taken before {@link #close} returns or not at all: both hold this object's
 * monitor, {@link #close} for no longer than it takes to set a field. So a connection that was
 * taken over, or whose device was revoked, is mute from that instant and not only from when its
 * event loop has got to the farewell.
 */
final class MqttSession extends ChannelInboundHandlerAdapter
        implements DeviceSession, InboundPublishes.Session {

    private static final Logger LOG = LoggerFactory.getLogger(MqttSession.class);

    private final DeviceConnection connection;
    private final PacketWriter writer;
    private final AuthenticatedDevice device;
    private final SessionTerms terms;
    private final ChannelParts parts;
    private final InboundPublishes inbound;
    private final OutboundPublishes outbound;
    private final Subscriptions subscriptions;
    private final CatchingUp catchingUp;
    private final Silence silence;
    private final ExpiryWatch expiry;
    private final LastWill will;
    private final SessionEnd end;
    private boolean begun;

    @GuardedBy("this")
    private @Nullable FarewellReason farewell;

    MqttSession(
            DeviceConnection connection,
            AuthenticatedDevice device,
            SessionTerms terms,
            ChannelParts parts) {
        this.connection = connection;
        this.writer = connection.writer();
        this.device = device;
        this.terms = terms;
        this.parts = parts;
        this.inbound =
                new InboundPublishes(
                        writer, terms.explains(), connection.loop(), parts.limits(), this);
        this.outbound =
                new OutboundPublishes(
                        writer,
                        terms.sendWindow(),
                        terms.inflightMax(),
                        parts.limits().of(Limit.CHANNEL_OUTBOUND_BYTES));
        this.subscriptions = new Subscriptions(parts.topics(), terms.subscriptionsMax());
        this.catchingUp = new CatchingUp(device, connection.loop(), parts);
        this.silence =
                new Silence(
                        terms.silenceMax(),
                        parts.deadlines(),
                        connection.loop(),
                        () -> !connection.framing().isPaused(),
                        () -> refuse(RefusalReason.KEEPALIVE_MISSED));
        this.expiry =
                new ExpiryWatch(
                        device.notAfter(),
                        parts,
                        connection.loop(),
                        () -> close(FarewellReason.CREDENTIAL_EXPIRED));
        this.will = new LastWill(terms.will(), device, parts);
        this.end = new SessionEnd(connection, device, parts.refusals(), this::left);
    }

    @Override
    public DeviceId deviceId() {
        return device.id();
    }

    @Override
    public OrganizationId organization() {
        return device.organization();
    }

    /** What the device has asked for and got. */
    SessionTerms terms() {
        return terms;
    }

    /** Why the server ends the session, if it does. Any thread. */
    synchronized Optional<FarewellReason> farewell() {
        return Optional.ofNullable(farewell);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        begun = true;
        silence.begin();
        expiry.begin();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        synchronized (this) {
            if (farewell == null && !end.isDecided()) {
                silence.heard();
                take((MqttPacket) message);
            }
        }
    }

    private void take(MqttPacket packet) {
        switch (packet) {
            case Publish publish -> publish(publish);
            case PubAck(int id, ReasonCode code, MqttProperties words) -> {
                if (!outbound.acknowledged(id, code)) {
                    end.breach(ReasonCode.PROTOCOL_ERROR, "PUBACK for nothing sent");
                }
            }
            case PubRec(int id, ReasonCode code, MqttProperties words) ->
                    outbound.received(id, code);
            case PubRel(int id, ReasonCode code, MqttProperties words) -> inbound.release(id);
            case PubComp(int id, ReasonCode code, MqttProperties words) -> {
                if (code == ReasonCode.SUCCESS && !outbound.completed(id)) {
                    end.breach(ReasonCode.PROTOCOL_ERROR, "PUBCOMP for nothing released");
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
                end.say(Optional.empty());
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
            end.breach(ReasonCode.TOPIC_ALIAS_INVALID, "a topic alias was used");
        } else if (!inbound.take(publish)) {
            end.breach(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "too many messages without PUBREL");
        } else if (inbound.isFull()) {
            connection.framing().pause();
        }
    }

    private void subscribe(Subscribe subscribe) {
        if (subscribe.properties().has(MqttProperty.SUBSCRIPTION_IDENTIFIER)) {
            // CONNACK said that there are none (MQTT 5.0 section 3.2.2.3.12).
            end.breach(
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
        end.noteRefused(reason, details);
    }

    @Override
    public void endUnacknowledged(RefusalReason reason) {
        end.say(Optional.of(MqttReasons.of(reason, PacketType.DISCONNECT)));
    }

    @Override
    public void settled() {
        writer.flush();
        if (connection.framing().isPaused() && !inbound.isFull()) {
            // The device was kept waiting, so its silence is ours.
            silence.heard();
            connection.framing().resume();
        }
    }

    @Override
    public void deliver(String topic, byte[] payload, DeliveryOutcome outcome) {
        TopicName name = TopicName.of(topic);
        onLoop(
                () -> {
                    if (!begun || end.isDecided() || farewell().isPresent()) {
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
        synchronized (this) {
            if (farewell != null) {
                return;
            }
            farewell = reason;
        }
        onLoop(
                () -> {
                    if (begun && !end.isDecided()) {
                        LOG.debug("{} has to leave: {}", device, reason);
                        end.say(Optional.of(MqttReasons.of(reason)));
                    }
                },
                () -> {});
    }

    private void onLoop(Runnable action, Runnable whenStopped) {
        try {
            connection.loop().execute(action);
        } catch (RejectedExecutionException stopped) {
            LOG.trace("the event loop of {} has ended", device, stopped);
            whenStopped.run();
        }
    }

    private void refuse(RefusalReason reason) {
        end.refuse(reason, Map.of());
    }

    /** From here on the device is not connected, whatever its socket still does. */
    private void left() {
        inbound.end();
        parts.sessions()
                .detach(
                        this,
                        () -> {
                            if (farewell().isEmpty()) {
                                will.publish();
                            }
                        });
    }

    /**
     * A device that does not read gets no more memory than its limit: its connection ends, and what
     * was not acknowledged is undelivered.
     */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!ctx.channel().isWritable()) {
            end.refuseUnheard(
                    RefusalReason.QUOTA_EXCEEDED,
                    Map.of("limit", Limit.CHANNEL_OUTBOUND_BYTES.key(), "what", "a slow reader"));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end.lost();
        outbound.end();
        catchingUp.end();
        silence.end();
        expiry.end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof MalformedPacket malformed) {
            end.malformed(malformed);
        } else {
            LOG.debug("the connection of {} failed", device, cause);
            end.cut();
        }
    }
}
