/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.Map;

/**
 * The way of a connection from the first byte to the handler, gate by gate, the cheapest first. The
 * methods stand in the order in which a connection passes them; whoever does not pass one is closed
 * there, and the refusal is recorded.
 *
 * <pre>
 * {@link #initChannel}   1 a place, for this source and for all?   2 a TLS byte, and a turn?
 *                3 TLS with a client certificate, in time?
 * {@link #proven}        4 CONNECT in time, in few bytes?   5 MQTT or WebSocket, by the first byte
 * {@link #webSocket}     6 one strict opening handshake, then binary frames only
 * {@link #mqtt}          7 whole, well-formed packets, CONNECT first   8 who is it, and may they?
 * {@link MqttSession}    9 topics, subscriptions; back-pressure
 * </pre>
 *
 * <p>Gates 1 and 2 ask for amounts only and shed load before any cryptography: nothing of TLS is
 * made for those they turn away. Everything behind them costs at least a handshake.
 */
final class ChannelGates extends ChannelInitializer<Channel> {

    private final Arrivals arrivals;
    private final ChannelTls tls;
    private final Admissions admissions;
    private final ChannelGroup open;
    private final ChannelParts parts;
    private final Limits limits;

    /**
     * @param open gets every connection, so that a stop can close them all
     */
    ChannelGates(
            Arrivals arrivals,
            ChannelTls tls,
            Admissions admissions,
            ChannelGroup open,
            ChannelParts parts) {
        this.arrivals = arrivals;
        this.tls = tls;
        this.admissions = admissions;
        this.open = open;
        this.parts = parts;
        this.limits = parts.limits();
    }

    /** Gates 1 to 3: before anything is decrypted. */
    @Override
    protected void initChannel(Channel channel) {
        switch (arrivals.arrive(channel.remoteAddress())) {
            case Arrivals.Arrival.Shed(Limit limit) -> shed(channel, limit);
            case Arrivals.Arrival.Arrived(Arrivals.Place place) -> arrived(channel, place);
        }
    }

    private void arrived(Channel channel, Arrivals.Place place) {
        parts.metrics().accepted();
        open.add(channel);
        channel.closeFuture().addListener(closed -> place.left());
        int outboundMax = limits.of(Limit.CHANNEL_OUTBOUND_BYTES);
        channel.config()
                .setWriteBufferWaterMark(new WriteBufferWaterMark(outboundMax / 2, outboundMax));
        WireGate wire =
                new WireGate(
                        place,
                        parts.deadlines(),
                        () -> tls.handler(channel.alloc(), !admissions.expectsTokens()),
                        limit -> shed(channel, limit),
                        firstByte -> noHandshake(channel, firstByte));
        channel.pipeline()
                .addLast("wire", wire)
                .addLast(
                        "handshake gate",
                        new HandshakeGate(
                                limits.seconds(Limit.CHANNEL_HANDSHAKE_SECONDS),
                                parts.deadlines(),
                                parts.refusals(),
                                parts.metrics(),
                                admissions::expectsTokens,
                                peer -> proven(channel, place, peer)));
    }

    /** Closes with a reset: a flood must not leave thousands of sockets in TIME_WAIT. */
    private void shed(Channel channel, Limit limit) {
        parts.metrics().shed(limit);
        parts.refusals()
                .stranger(
                        RefusalReason.CONNECTION_SHED,
                        Peer.addressOf(channel.remoteAddress()),
                        Map.of("limit", limit.key()));
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        Wire.hangUp(channel);
    }

    private void noHandshake(Channel channel, int firstByte) {
        parts.metrics().handshakeFailed();
        parts.refusals()
                .stranger(
                        RefusalReason.TLS_HANDSHAKE_FAILED,
                        Peer.addressOf(channel.remoteAddress()),
                        Map.of("first-byte", "0x%02X".formatted(firstByte)));
        Wire.hangUp(channel);
    }

    /** Gates 4 and 5: somebody holds the key of the certificate they showed. */
    void proven(Channel channel, Arrivals.Place place, Peer peer) {
        ConnectGate connectGate =
                new ConnectGate(
                        limits.seconds(Limit.CHANNEL_CONNECT_SECONDS),
                        limits.of(Limit.CHANNEL_CONNECT_BYTES),
                        parts.deadlines(),
                        place::introduced,
                        (reason, details) -> refuse(channel, peer, reason, details));
        channel.pipeline()
                .addLast("connect gate", connectGate)
                .addLast(
                        "transport",
                        new TransportChooser(
                                transport -> {
                                    switch (transport) {
                                        case MQTT -> mqtt(channel, peer, connectGate);
                                        case WEBSOCKET -> webSocket(channel, peer, connectGate);
                                    }
                                },
                                details ->
                                        refuse(
                                                channel,
                                                peer,
                                                RefusalReason.CONNECT_NOT_FIRST,
                                                details)));
    }

    /** Gate 6: MQTT inside a WebSocket, which stays in front of gate 7. */
    private void webSocket(Channel channel, Peer peer, ConnectGate connectGate) {
        int headBytesMax = limits.of(Limit.CHANNEL_CONNECT_BYTES);
        HttpServerCodec http =
                new HttpServerCodec(
                        new HttpDecoderConfig()
                                .setMaxInitialLineLength(headBytesMax)
                                .setMaxHeaderSize(headBytesMax)
                                .setChunkedSupported(false));
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast("http", http);
        pipeline.addLast(
                "upgrade",
                new WebSocketUpgrade(
                        () -> upgraded(channel, peer, connectGate),
                        details -> note(peer, RefusalReason.WEBSOCKET_REFUSED, details)));
    }

    private void upgraded(Channel channel, Peer peer, ConnectGate connectGate) {
        WebSocketDecoderConfig frames =
                WebSocketDecoderConfig.newBuilder()
                        .expectMaskedFrames(true)
                        .allowMaskMismatch(false)
                        .allowExtensions(false)
                        .maxFramePayloadLength(limits.of(Limit.CHANNEL_PACKET_BYTES))
                        .closeOnProtocolViolation(false)
                        .withUTF8Validator(false)
                        .build();
        channel.pipeline()
                .addLast("frame decoder", new WebSocket13FrameDecoder(frames))
                .addLast("frame encoder", new WebSocket13FrameEncoder(false))
                .addLast(
                        "frames",
                        new WebSocketFraming(
                                details -> note(peer, RefusalReason.WEBSOCKET_REFUSED, details)));
        mqtt(channel, peer, connectGate);
        channel.pipeline().remove(WebSocketUpgrade.class);
        channel.pipeline().remove(HttpServerCodec.class);
    }

    /** Gates 7 and 8; on success the session takes the place of the last handler. */
    private void mqtt(Channel channel, Peer peer, ConnectGate connectGate) {
        MqttFraming framing = new MqttFraming(channel, limits, parts.metrics());
        channel.pipeline()
                .addLast("packets", framing)
                .addLast(
                        "connect",
                        new ConnectHandler(peer, connectGate, framing, admissions, parts));
    }

    private void note(Peer peer, RefusalReason reason, Map<String, String> details) {
        parts.refusals().unadmitted(reason, peer, details);
    }

    private void refuse(
            Channel channel, Peer peer, RefusalReason reason, Map<String, String> details) {
        if (channel.isActive()) {
            note(peer, reason, details);
            Wire.hangUp(channel);
        }
    }
}
