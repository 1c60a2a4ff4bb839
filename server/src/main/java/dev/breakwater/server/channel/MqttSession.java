/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.PacketType;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.PubComp;
import dev.breakwater.protocol.mqtt.PubRec;
import dev.breakwater.protocol.mqtt.PubRel;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.mqtt.Unsubscribe;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.quota.QuotaTerms;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.KeptSessions;
import dev.breakwater.server.session.KeptState;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.server.session.SessionChange;
import dev.breakwater.server.session.TlsFacts;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One admitted device on one connection, from CONNACK to the end. Everything but {@link #deliver},
 * {@link #close} and {@link #farewell} happens on the connection's event loop.
 *
 * <p>A packet is either taken before {@link #close} returns or not at all: both hold this object's
 * monitor, {@link #close} no longer than to set a field. So a connection that was taken over, or
 * whose device was revoked, is mute from that instant.
 */
final class MqttSession extends ChannelInboundHandlerAdapter
        implements DeviceSession, InboundPublishes.Session {

    private static final Logger LOG = LoggerFactory.getLogger(MqttSession.class);

    private final DeviceConnection connection;
    private final PacketWriter writer;
    private final AuthenticatedDevice device;
    private final SessionTerms terms;
    private final ChannelParts parts;
    private final SessionJournal journal;
    private final InboundPublishes inbound;
    private final TopicAliases aliases;
    private final Deliveries deliveries;
    private final Silence silence;
    private final ExpiryWatch expiry;
    private final LastWill will;
    private final TakeoverQuestion question;
    private final SessionEnd end;
    private Duration sessionExpiry;
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
        this.sessionExpiry = terms.sessionExpiry();
        this.parts = parts;
        this.end = new SessionEnd(connection, device, parts.refusals(), this::left);
        this.journal = new SessionJournal(parts.kept(), connection.loop(), end, this::flush);
        this.inbound =
                new InboundPublishes(
                        writer,
                        terms.explains(),
                        connection.loop(),
                        terms.quota(),
                        parts.limits(),
                        parts.backlog(),
                        this);
        this.aliases = new TopicAliases(terms.topicAliasesMax());
        this.deliveries = new Deliveries(connection, device, terms, parts, end, journal);
        this.silence =
                new Silence(
                        terms.silenceMax(),
                        parts.deadlines(),
                        connection.loop(),
                        () -> !connection.framing().isPaused(),
                        () -> end.refuse(RefusalReason.KEEPALIVE_MISSED, Map.of()));
        this.expiry =
                new ExpiryWatch(
                        device.notAfter(),
                        parts,
                        connection.loop(),
                        () -> close(FarewellReason.CREDENTIAL_EXPIRED));
        this.question =
                new TakeoverQuestion(connection, device, deliveries, end, parts, this::dismiss);
        this.will = new LastWill(terms.will(), device, connection.loop(), parts);
    }

    @Override
    public DeviceId deviceId() {
        return device.id();
    }

    @Override
    public OrganizationId organization() {
        return device.organization();
    }

    @Override
    public TlsFacts tls() {
        return connection.peer().tls();
    }

    QuotaTerms quota() {
        return terms.quota();
    }

    /** Takes up what the device left behind the last time. Blocks; on a virtual thread. */
    KeptSessions.Opening open(long epoch) {
        return journal.open(this, epoch, terms);
    }

    /** As {@link #open}, if there is nothing to take up; empty otherwise. Never blocks. */
    Optional<KeptSessions.Opening> openAtOnce(long epoch) {
        return journal.openAtOnce(this, epoch, terms);
    }

    /** It was attached, but the device is gone or has to go before it is told so. */
    void neverBegin() {
        parts.sessions().detach(this);
        journal.close(sessionExpiry);
    }

    /** The answer that accepts the device. */
    ConnAck welcome(Connect connect, KeptSessions.Opening opening) {
        boolean resumed = opening instanceof KeptSessions.Opening.Resumed;
        return terms.accepted(connect, device.id(), resumed);
    }

    /** Welcomes the device, and goes on where an earlier session left off. */
    void begin(ConnAck welcome, KeptSessions.Opening opening) {
        writer.write(welcome);
        if (opening instanceof KeptSessions.Opening.Resumed(KeptState state)) {
            inbound.resume(state.received());
            deliveries.resume(state);
        }
        flush();
    }

    private void flush() {
        deliveries.flush();
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
            } else if (farewell != null) {
                question.heard((MqttPacket) message);
            }
        }
    }

    private void take(MqttPacket packet) {
        switch (packet) {
            case Publish publish -> publish(publish);
            case PubRel release -> release(release.packetId());
            case PubAck answer -> deliveries.take(answer);
            case PubRec answer -> deliveries.take(answer);
            case PubComp answer -> deliveries.take(answer);
            case Subscribe subscribe -> deliveries.subscribe(subscribe);
            case Unsubscribe unsubscribe -> deliveries.unsubscribe(unsubscribe);
            case PingReq() -> writer.write(new PingResp());
            case Disconnect goodbye -> leave(goodbye);
            // The decoder lets only a client's packets pass, CONNECT once, and AUTH never, since no
            // connection has agreed on an authentication method.
            case Connect again -> throw unexpected(again);
            case MqttPacket other -> throw unexpected(other);
        }
    }

    private static IllegalStateException unexpected(MqttPacket packet) {
        return new IllegalStateException("a decoder let " + packet.type() + " pass");
    }

    private void leave(Disconnect goodbye) {
        // Any other code than 0x00 asks for the will [MQTT-3.14.4-3].
        if (goodbye.reasonCode() == ReasonCode.SUCCESS) {
            will.forget();
        }
        sessionExpiry = terms.sessionExpiry(goodbye, parts.limits());
        connection.saidGoodbye();
        end.say(Optional.empty());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flush();
    }

    private void publish(Publish publish) {
        switch (aliases.resolve(publish)) {
            case TopicAliases.Resolution.Named(Publish named) -> takeNamed(named);
            case TopicAliases.Resolution.Breach(ReasonCode code, String what) ->
                    end.breach(code, what);
        }
    }

    private void takeNamed(Publish publish) {
        if (!inbound.take(journal.isKept() ? asKept(publish) : publish)) {
            end.breach(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    "more unacknowledged messages than agreed");
        } else if (inbound.isFull()) {
            parts.metrics().paused();
            connection.framing().pause();
        }
    }

    /** A kept session knows all its QoS 2 messages: any other is new, even if sent before. */
    private static Publish asKept(Publish publish) {
        return publish.qos() == QualityOfService.EXACTLY_ONCE ? publish.asNew() : publish;
    }

    /** The device may use the id again once it reads PUBCOMP, so it must be free for good. */
    private void release(int packetId) {
        if (inbound.isUnreleased(packetId)) {
            journal.record(new SessionChange.Released(packetId), () -> inbound.release(packetId));
        } else {
            inbound.release(packetId);
        }
    }

    @Override
    public void handOn(
            TopicName topic, int packetId, byte[] payload, Completion<Object> completion) {
        synchronized (this) {
            // A message that was held back may come when the epoch of its connection is over.
            if (farewell == null && !end.isDecided()) {
                Runnable handing =
                        () -> parts.topics().publish(device, topic, packetId, payload, completion);
                if (inbound.isUnreleased(packetId)) {
                    journal.receive(packetId, handing);
                } else {
                    handing.run();
                }
            }
        }
    }

    @Override
    public boolean keeps(TopicName topic) {
        return parts.topics().keeps(topic);
    }

    @Override
    public boolean mustRecall(byte[] payload) {
        return parts.topics().mustRecall(device, payload);
    }

    @Override
    public void recall(Completion<DeviceTopics.Recalled> completion) {
        parts.topics().recall(device, completion);
    }

    @Override
    public void noteRepeated() {
        parts.metrics().repeated();
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
        flush();
        if (connection.framing().isPaused() && !inbound.isFull()) {
            // The device was kept waiting, so its silence is ours.
            silence.heard();
            connection.framing().resume();
        }
    }

    @Override
    public void deliver(OutboundMessage message, DeliveryOutcome outcome) {
        connection.onLoop(
                () -> {
                    if (!begun || end.isDecided() || farewell().isPresent()) {
                        outcome.undelivered();
                    } else {
                        deliveries.send(message, outcome);
                    }
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
        connection.onLoop(
                () -> {
                    if (reason != FarewellReason.TAKEN_OVER || !begun || !question.ask()) {
                        dismiss(reason);
                    }
                },
                () -> {});
    }

    private void dismiss(FarewellReason reason) {
        if (begun && !end.isDecided()) {
            LOG.debug("{} has to leave: {}", device, reason);
            end.say(Optional.of(MqttReasons.of(reason)), parts.hints().of(reason, device.id()));
        }
    }

    /** From here on the device is not connected, whatever its socket still does. */
    private void left() {
        inbound.end();
        journal.close(sessionExpiry);
        if (farewell().isPresent()) {
            parts.sessions().detach(this);
        } else {
            will.leave(this, sessionExpiry);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        deliveries.writabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end.lost();
        deliveries.end();
        silence.end();
        expiry.end();
        question.end();
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
