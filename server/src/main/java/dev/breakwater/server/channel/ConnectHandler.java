/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttRule;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PacketType;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.quota.ConnectionFacts;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.KeptSessions;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes CONNECT, has it judged, off the event loop if that takes the store, and answers. On success
 * its place in the pipeline goes to the {@link MqttSession}; on refusal the connection is closed
 * behind CONNACK [MQTT-3.2.2-7].
 */
final class ConnectHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectHandler.class);

    private final Peer peer;
    private final ConnectGate gate;
    private final MqttFraming framing;
    private final Admissions admissions;
    private final ChannelParts parts;
    private boolean over;

    ConnectHandler(
            Peer peer,
            ConnectGate gate,
            MqttFraming framing,
            Admissions admissions,
            ChannelParts parts) {
        this.peer = peer;
        this.gate = gate;
        this.framing = framing;
        this.admissions = admissions;
        this.parts = parts;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (over) {
            return;
        }
        switch ((MqttPacket) message) {
            case Connect connect -> connect(ctx, connect);
            // The decoder has refused any other first packet already [MQTT-3.1.0-1].
            case MqttPacket other ->
                    throw new IllegalStateException("the first packet was " + other.type());
        }
    }

    private void connect(ChannelHandlerContext ctx, Connect connect) {
        gate.pass();
        long began = System.nanoTime();
        PacketWriter writer =
                new PacketWriter(
                        ctx.channel(),
                        connect.version(),
                        SessionTerms.packetBytesMaxOf(connect),
                        parts.metrics());
        if (connect.properties().has(MqttProperty.AUTHENTICATION_METHOD)) {
            // The certificate is the authentication (MQTT 5.0 section 4.12).
            refuse(
                    ctx,
                    RefusalReason.PROTOCOL_VIOLATED,
                    Map.of("packet", "extended authentication"));
            answer(ctx, writer, ReasonCode.BAD_AUTHENTICATION_METHOD, MqttProperties.EMPTY);
            return;
        }
        DeviceConnection connection = new DeviceConnection(ctx.channel(), framing, writer, peer);
        Admissions.Progress progress =
                admissions.judge(peer, connect, device -> session(connection, connect, device));
        switch (progress) {
            case Admissions.Progress.Judged(Admissions.Verdict verdict) -> {
                parts.metrics().judged(Duration.ofNanos(System.nanoTime() - began));
                judged(ctx, connect, writer, verdict);
            }
            case Admissions.Progress.Waiting waiting -> {
                framing.pause();
                Runnable judging =
                        () -> {
                            Admissions.Verdict verdict = waiting.rest().get();
                            backOnLoop(ctx, verdict, () -> judged(ctx, connect, writer, verdict));
                            parts.metrics().judged(Duration.ofNanos(System.nanoTime() - began));
                        };
                if (!parts.blocking().tryRun(judging)) {
                    waiting.attached().ifPresent(MqttSession::neverBegin);
                    refuse(
                            ctx,
                            RefusalReason.SERVER_BUSY,
                            Map.of("limit", "channel-admissions-in-work"));
                    answer(ctx, writer, RefusalReason.SERVER_BUSY, Optional.empty());
                }
            }
        }
    }

    private MqttSession session(
            DeviceConnection connection, Connect connect, AuthenticatedDevice device) {
        SessionTerms terms =
                SessionTerms.of(connect, parts.quotas().terms(device.quota()), parts.limits());
        return new MqttSession(connection, device, terms, parts);
    }

    private void backOnLoop(ChannelHandlerContext ctx, Admissions.Verdict verdict, Runnable next) {
        try {
            ctx.channel().eventLoop().execute(next);
        } catch (RejectedExecutionException stopped) {
            LOG.trace("a CONNECT was judged after the channel had stopped", stopped);
            if (verdict instanceof Admissions.Verdict.Welcome welcome) {
                welcome.session().neverBegin();
            }
        }
    }

    private void judged(
            ChannelHandlerContext ctx,
            Connect connect,
            PacketWriter writer,
            Admissions.Verdict verdict) {
        switch (verdict) {
            case Admissions.Verdict.Refused(RefusalReason reason, Optional<Duration> retryAfter) ->
                    answer(ctx, writer, reason, retryAfter);
            case Admissions.Verdict.Welcome(MqttSession session, KeptSessions.Opening opening) -> {
                Optional<FarewellReason> already = session.farewell();
                if (!ctx.channel().isActive()) {
                    session.neverBegin();
                } else if (already.isPresent()) {
                    session.neverBegin();
                    ReasonCode code = MqttReasons.beforeBegun(already.get());
                    answer(ctx, writer, code, parts.hints().of(already.get(), session.deviceId()));
                } else {
                    begin(ctx, writer, session, session.welcome(connect, opening), opening);
                }
            }
        }
    }

    private void begin(
            ChannelHandlerContext ctx,
            PacketWriter writer,
            MqttSession session,
            ConnAck welcome,
            KeptSessions.Opening opening) {
        if (!writer.fits(welcome)) {
            // A device that could not even be told its limits [MQTT-3.1.2-24].
            session.neverBegin();
            refuse(
                    ctx,
                    RefusalReason.PACKET_TOO_LARGE,
                    Map.of("packet", "CONNACK, for the device"));
            answer(ctx, writer, RefusalReason.PACKET_TOO_LARGE, Optional.empty());
            return;
        }
        over = true;
        ChannelPipeline pipeline = ctx.pipeline();
        ConnectionFacts facts = facts(pipeline, writer.version());
        pipeline.addBefore(
                ctx.name(),
                "quota",
                new QuotaGate(pipeline.get(WireGate.class), framing, session, facts, parts));
        pipeline.replace(this, "session", session);
        session.begin(welcome, opening);
        if (framing.isPaused()) {
            framing.resume();
        }
    }

    private ConnectionFacts facts(ChannelPipeline pipeline, MqttVersion version) {
        boolean webSocket = pipeline.get(WebSocketFraming.class) != null;
        return new ConnectionFacts(
                parts.clock().instant(),
                peer.sourceAddress(),
                webSocket ? "websocket" : "mqtt",
                version == MqttVersion.V5 ? "5.0" : "3.1.1",
                peer.tls());
    }

    private void answer(
            ChannelHandlerContext ctx,
            PacketWriter writer,
            RefusalReason reason,
            Optional<Duration> wait) {
        answer(
                ctx,
                writer,
                MqttReasons.of(reason, PacketType.CONNACK),
                parts.hints().of(reason, wait));
    }

    private void answer(
            ChannelHandlerContext ctx, PacketWriter writer, ReasonCode code, MqttProperties words) {
        over = true;
        framing.stop();
        writer.write(
                new ConnAck(false, code, words), new ConnAck(false, code, MqttProperties.EMPTY));
        writer.flush();
        Wire.hangUp(ctx.channel());
    }

    private void refuse(
            ChannelHandlerContext ctx, RefusalReason reason, Map<String, String> details) {
        over = true;
        if (ctx.channel().isActive()) {
            parts.refusals().unadmitted(reason, peer, details);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof MalformedPacket malformed && !over) {
            MqttRule rule = malformed.rule();
            refuse(
                    ctx,
                    rule == MqttRule.FIRST_PACKET_IS_CONNECT
                            ? RefusalReason.CONNECT_NOT_FIRST
                            : MqttReasons.refusalOf(malformed.reasonCode()),
                    Map.of("packet", String.valueOf(malformed.getMessage())));
            if (malformed.reasonCode() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION
                    || malformed.reasonCode() == ReasonCode.CLIENT_IDENTIFIER_NOT_VALID) {
                // What 3.1.1 wants answered [MQTT-3.1.2-2, MQTT-3.1.3-8, MQTT-3.1.3-9]. Whoever
                // speaks no version of ours is told in the words of the older one.
                MqttVersion version = malformed.version().orElse(MqttVersion.V3_1_1);
                answer(
                        ctx,
                        new PacketWriter(ctx.channel(), version, Long.MAX_VALUE, parts.metrics()),
                        malformed.reasonCode(),
                        MqttProperties.EMPTY);
                return;
            }
        } else {
            LOG.debug("a connection failed before its CONNECT was answered", cause);
        }
        over = true;
        Wire.hangUp(ctx.channel());
    }
}
