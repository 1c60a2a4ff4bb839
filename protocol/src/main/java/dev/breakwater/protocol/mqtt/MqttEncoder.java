/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

/**
 * Writes packets in one version of MQTT. It has no state, so any thread may use it at any time.
 *
 * {@snippet :
 * MqttEncoder encoder = new MqttEncoder(MqttVersion.V5);
 * ByteBuffer out = ByteBuffer.allocate(encoder.encodedLength(packet));
 * encoder.encode(packet, out);
 * }
 *
 * <p>What 3.1.1 has no place for and what does not change the meaning is left out: properties, and
 * the reason codes of PUBREL, PUBCOMP and UNSUBACK. What would change the meaning is refused: a
 * PUBACK or PUBREC that is not success, a DISCONNECT with a reason, AUTH, subscription options, an
 * aliased topic.
 */
public final class MqttEncoder {

    private final MqttVersion version;

    public MqttEncoder(MqttVersion version) {
        this.version = version;
    }

    /** The version it writes. */
    public MqttVersion version() {
        return version;
    }

    /**
     * How many bytes the packet takes, header included.
     *
     * @throws IllegalArgumentException if the version cannot express the packet, a string in it is
     *     not fit for the wire, or it is longer than MQTT allows (256 MiB)
     */
    public int encodedLength(MqttPacket packet) {
        int bodyLength = bodyLength(packet);
        return 1 + VariableByteInteger.length(bodyLength) + bodyLength;
    }

    /**
     * Writes the whole packet at the position of {@code out} and moves the position behind it.
     *
     * @throws IllegalArgumentException as {@link #encodedLength} does
     * @throws BufferOverflowException if there is not room for the whole packet; nothing is written
     */
    public void encode(MqttPacket packet, ByteBuffer out) {
        int bodyLength = bodyLength(packet);
        if (1 + VariableByteInteger.length(bodyLength) + bodyLength > out.remaining()) {
            throw new BufferOverflowException();
        }
        BufferSink sink = new BufferSink(out);
        sink.writeByte(
                packet instanceof Publish publish
                        ? PublishCodec.firstByte(publish)
                        : packet.type().firstByte());
        sink.writeVariableByteInteger(bodyLength);
        writeBody(packet, sink);
    }

    /**
     * Writes the whole packet into a buffer of its own.
     *
     * @return the buffer, ready to be read
     * @throws IllegalArgumentException as {@link #encodedLength} does
     */
    public ByteBuffer encode(MqttPacket packet) {
        ByteBuffer out = ByteBuffer.allocate(encodedLength(packet));
        encode(packet, out);
        return out.flip();
    }

    private int bodyLength(MqttPacket packet) {
        ByteCounter counter = new ByteCounter();
        writeBody(packet, counter);
        if (counter.count() > VariableByteInteger.MAX) {
            throw new IllegalArgumentException(
                    packet.type() + " would be longer than the 256 MiB that MQTT allows");
        }
        return counter.count();
    }

    private void writeBody(MqttPacket packet, PacketSink out) {
        switch (packet) {
            case Connect connect -> writeConnect(connect, out);
            case ConnAck connAck -> ConnAckCodec.write(connAck, version, out);
            case Publish publish -> PublishCodec.write(publish, version, out);
            case PubAck(int id, ReasonCode code, MqttProperties properties) -> {
                ReasonCodec.requireSuccessIn311(PacketType.PUBACK, code, version);
                ReasonCodec.writeAcknowledgement(id, code, properties, version, out);
            }
            case PubRec(int id, ReasonCode code, MqttProperties properties) -> {
                ReasonCodec.requireSuccessIn311(PacketType.PUBREC, code, version);
                ReasonCodec.writeAcknowledgement(id, code, properties, version, out);
            }
            case PubRel(int id, ReasonCode code, MqttProperties properties) ->
                    ReasonCodec.writeAcknowledgement(id, code, properties, version, out);
            case PubComp(int id, ReasonCode code, MqttProperties properties) ->
                    ReasonCodec.writeAcknowledgement(id, code, properties, version, out);
            case Subscribe subscribe -> SubscriptionCodec.writeSubscribe(subscribe, version, out);
            case SubAck subAck -> SubscriptionCodec.writeSubAck(subAck, version, out);
            case Unsubscribe unsubscribe ->
                    SubscriptionCodec.writeUnsubscribe(unsubscribe, version, out);
            case UnsubAck unsubAck -> SubscriptionCodec.writeUnsubAck(unsubAck, version, out);
            case PingReq() -> {}
            case PingResp() -> {}
            case Disconnect disconnect -> writeDisconnect(disconnect, out);
            case Auth auth -> writeAuth(auth, out);
        }
    }

    private void writeConnect(Connect connect, PacketSink out) {
        if (connect.version() != version) {
            throw new IllegalArgumentException(
                    "a CONNECT for MQTT %s cannot be written in MQTT %s"
                            .formatted(connect.version(), version));
        }
        ConnectCodec.write(connect, out);
    }

    private void writeDisconnect(Disconnect disconnect, PacketSink out) {
        if (version == MqttVersion.V5) {
            ReasonCodec.write(disconnect.reasonCode(), disconnect.properties(), out);
        } else if (disconnect.reasonCode() != ReasonCode.SUCCESS) {
            throw new IllegalArgumentException(
                    "MQTT 3.1.1 cannot say "
                            + disconnect.reasonCode()
                            + " in DISCONNECT: close the connection instead");
        }
    }

    private void writeAuth(Auth auth, PacketSink out) {
        if (version == MqttVersion.V3_1_1) {
            throw new IllegalArgumentException("MQTT 3.1.1 has no AUTH packet");
        }
        ReasonCodec.write(auth.reasonCode(), auth.properties(), out);
    }
}
