/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.channel.PacketStream;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MQTT 5 connection from CONNECT to its end. One thread opens it and then reads; a second sends
 * what the outbox holds, a third pings, so that a peer that fell silent is noticed within two ping
 * intervals.
 */
final class Connection {

    static final Duration KEEP_ALIVE = Duration.ofSeconds(60);

    /** How long CONNACK and SUBACK may take together. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    /** How many messages the server may send before we have acknowledged the first. */
    private static final int RECEIVE_MAXIMUM = 16;

    /** How many messages of ours may be on their way, if the server allows as many. */
    private static final int UNDERWAY_MAX = 32;

    /** What the fixed header, topic and packet identifier of a PUBLISH may add to its payload. */
    private static final int PUBLISH_OVERHEAD_BYTES = 16;

    private static final int SUBSCRIBE_PACKET_IDENTIFIER = 1;

    /** How long to send nothing after the server has said "not now" to a message. */
    static final Duration AGAIN_AFTER = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final PacketStream stream;
    private final Outbox outbox;
    private final Dispatch dispatch;
    private final Pause pause;
    private final Thread keeper =
            Thread.ofVirtual().name("breakwater-keep-alive").unstarted(this::keepAlive);
    private final Thread sender =
            Thread.ofVirtual().name("breakwater-sender").unstarted(this::sendOutbox);
    private volatile boolean established;
    private volatile boolean awaitingAnswer;
    private volatile boolean ended;
    private volatile boolean notNow;
    private Duration keepAliveInterval = KEEP_ALIVE;
    private int underwayMax = UNDERWAY_MAX;
    private long packetBytesMax = Long.MAX_VALUE;

    Connection(PacketStream stream, Outbox outbox, Dispatch dispatch, Pause pause) {
        this.stream = stream;
        this.outbox = outbox;
        this.dispatch = dispatch;
        this.pause = pause;
    }

    /** Introduces the device and subscribes; when this returns, the device is connected. */
    void open(DeviceId deviceId) throws IOException, RefusedByServer {
        keeper.start();
        MqttProperties properties =
                MqttProperties.builder()
                        .with(MqttProperty.RECEIVE_MAXIMUM, RECEIVE_MAXIMUM)
                        .with(
                                MqttProperty.MAXIMUM_PACKET_SIZE_BYTES,
                                (long) PacketStream.PACKET_BYTES_MAX)
                        .build();
        // Clean start: what the server still has to say it keeps with the device, not the session.
        stream.send(
                new Connect(
                        MqttVersion.V5,
                        true,
                        (int) KEEP_ALIVE.toSeconds(),
                        deviceId.toString(),
                        null,
                        null,
                        null,
                        properties));
        accept(expect(ConnAck.class, stream.receive()));
        stream.send(
                new Subscribe(
                        SUBSCRIBE_PACKET_IDENTIFIER,
                        dispatch.filters().stream()
                                .map(TopicFilter::of)
                                .map(f -> new Subscription(f, QualityOfService.AT_LEAST_ONCE))
                                .toList()));
        awaitSubAck();
        established = true;
        sender.start();
    }

    private void accept(ConnAck answer) throws IOException, RefusedByServer {
        MqttProperties properties = answer.properties();
        if (answer.reasonCode().isFailure()) {
            RefusedByServer.throwFor("CONNACK", answer.reasonCode(), properties);
        }
        if (properties.get(MqttProperty.MAXIMUM_QOS).orElse(2) < 1) {
            throw new RefusedByServer(
                    Refusal.Kind.PROTOCOL, "the server does not acknowledge messages (QoS 1)");
        }
        properties
                .get(MqttProperty.SERVER_KEEP_ALIVE_SECONDS)
                .filter(seconds -> seconds > 0)
                .ifPresent(seconds -> keepAliveInterval = Duration.ofSeconds(seconds));
        underwayMax =
                Math.min(UNDERWAY_MAX, properties.get(MqttProperty.RECEIVE_MAXIMUM).orElse(65_535));
        packetBytesMax =
                properties.get(MqttProperty.MAXIMUM_PACKET_SIZE_BYTES).orElse(Long.MAX_VALUE);
    }

    /** The server may deliver before it has sent SUBACK (MQTT 5 section 3.8.4). */
    private void awaitSubAck() throws IOException, RefusedByServer {
        MqttPacket packet = stream.receive();
        while (packet instanceof Publish publish) {
            take(publish);
            packet = stream.receive();
        }
        SubAck answer = expect(SubAck.class, packet);
        List<ReasonCode> codes = answer.reasonCodes();
        for (int index = 0; index < Math.min(codes.size(), dispatch.filters().size()); index++) {
            if (codes.get(index).isFailure()) {
                RefusedByServer.throwFor(
                        "SUBACK for " + dispatch.filters().get(index),
                        codes.get(index),
                        answer.properties());
            }
        }
        if (answer.packetId() != SUBSCRIBE_PACKET_IDENTIFIER
                || codes.size() != dispatch.filters().size()) {
            throw new RefusedByServer(
                    Refusal.Kind.PROTOCOL, "the server's SUBACK answers another SUBSCRIBE");
        }
    }

    private static <P extends MqttPacket> P expect(Class<P> type, MqttPacket packet)
            throws IOException, RefusedByServer {
        if (packet instanceof Disconnect(var reason, var properties)) {
            RefusedByServer.throwFor("DISCONNECT", reason, properties);
        }
        if (!type.isInstance(packet)) {
            throw new RefusedByServer(
                    Refusal.Kind.PROTOCOL,
                    "the server sent %s where %s was due"
                            .formatted(packet.type(), type.getSimpleName()));
        }
        return type.cast(packet);
    }

    /**
     * Reads until the connection ends. Returns if this side ended it.
     *
     * @throws RefusedByServer if the server ended it on account of this device
     * @throws IOException if it was lost
     */
    void run() throws IOException, RefusedByServer {
        try {
            while (true) {
                MqttPacket packet = stream.receive();
                awaitingAnswer = false;
                switch (packet) {
                    case Publish publish -> take(publish);
                    case PubAck answer -> settle(answer);
                    case PingResp _ -> LOG.trace("The server answered a ping");
                    case Disconnect(var reason, var properties) ->
                            RefusedByServer.throwFor("DISCONNECT", reason, properties);
                    default -> expect(Publish.class, packet);
                }
            }
        } catch (IOException lost) {
            if (!ended) {
                throw lost;
            }
        }
    }

    /** Acknowledged before it is handed on, so that no reply overtakes the acknowledgement. */
    private void take(Publish publish) throws IOException {
        byte[] payload = publish.payloadBytes();
        if (publish.qos() == QualityOfService.AT_LEAST_ONCE) {
            stream.send(new PubAck(publish.packetId()));
        }
        dispatch.receive(publish.topic().text(), payload);
    }

    private void settle(PubAck answer) {
        if (answer.reasonCode() == ReasonCode.QUOTA_EXCEEDED) {
            // "Not now", as PUBACK can say it (MQTT 5.0 table 2-6); other failures mean "never".
            // Noted before the message waits again, so that the sender rests before it sends it.
            notNow = true;
            outbox.refused(answer.packetId());
            LOG.info("The server cannot take a message now; next attempt in {}", AGAIN_AFTER);
            return;
        }
        var message = outbox.acknowledged(answer.packetId());
        message.ifPresent(
                known -> {
                    boolean _ = known.taken().complete(!answer.reasonCode().isFailure());
                });
        if (answer.reasonCode().isFailure() && message.isPresent()) {
            LOG.warn(
                    "The server did not take a message on {}: {}",
                    message.get().topic(),
                    answer.reasonCode());
        }
    }

    private void sendOutbox() {
        try {
            while (!ended) {
                Outbox.Sending next = outbox.take(underwayMax);
                if (notNow) {
                    notNow = false;
                    pause.rest(AGAIN_AFTER);
                }
                Outbox.Message message = next.message();
                if (message.payload().length + message.topic().length() + PUBLISH_OVERHEAD_BYTES
                        > packetBytesMax) {
                    outbox.acknowledged(next.packetIdentifier());
                    boolean _ = message.taken().complete(false);
                    LOG.warn(
                            "Dropped a message of {} bytes on {}: the server takes packets of {}",
                            message.payload().length,
                            message.topic(),
                            packetBytesMax);
                    continue;
                }
                stream.send(
                        Publish.atLeastOnce(
                                next.packetIdentifier(),
                                TopicName.of(message.topic()),
                                message.payload()));
            }
        } catch (IOException lost) {
            // The reading thread reports it.
            stream.close();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void keepAlive() {
        try {
            pause.rest(ANSWER_MAX);
            while (established && !awaitingAnswer && !ended) {
                awaitingAnswer = true;
                stream.send(new PingReq());
                // Three quarters of the interval leave time for a packet to be late.
                pause.rest(keepAliveInterval.multipliedBy(3).dividedBy(4));
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException lost) {
            LOG.debug("A ping could not be sent", lost);
        }
        stream.close();
    }

    /** Says farewell and ends the connection; {@link #run} returns. May be called by any thread. */
    void disconnect() {
        ended = true;
        try {
            stream.send(new Disconnect(ReasonCode.SUCCESS));
        } catch (IOException alreadyGone) {
            LOG.debug("The connection was gone before the farewell", alreadyGone);
        }
        stream.close();
    }

    /** Ends threads and stream, and puts what was on its way back into the outbox. */
    void cleanUp() throws InterruptedException {
        ended = true;
        stream.close();
        keeper.interrupt();
        sender.interrupt();
        sender.join();
        keeper.join();
        outbox.connectionLost();
    }
}
