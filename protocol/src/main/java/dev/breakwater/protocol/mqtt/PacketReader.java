/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one whole packet. It reads by absolute position, in network byte order
 * whatever the buffer's order is, and never beyond the end of its packet: a length inside the
 * packet that says otherwise is refused (Heartbleed was such a length believed).
 */
final class PacketReader {

    private final ByteBuffer in;
    private final PacketType type;
    private final @Nullable MqttVersion version;
    private final MqttLimits limits;
    private int position;
    private final int end;

    PacketReader(
            ByteBuffer in,
            int position,
            int end,
            PacketType type,
            @Nullable MqttVersion version,
            MqttLimits limits) {
        this.in = in;
        this.position = position;
        this.end = end;
        this.type = type;
        this.version = version;
        this.limits = limits;
    }

    /** The same packet, read on in the version that its CONNECT has named. */
    PacketReader in(MqttVersion named) {
        return new PacketReader(in, position, end, type, named, limits);
    }

    MqttLimits limits() {
        return limits;
    }

    int remaining() {
        return end - position;
    }

    int position() {
        return position;
    }

    boolean hasRemaining() {
        return position < end;
    }

    MalformedPacket refuse(MqttRule rule, String detail) {
        return MalformedPacket.breaking(rule, type, version, detail);
    }

    /** Ends the packet: trailing bytes could hide what a later reader takes for a field. */
    void requireEnd() throws MalformedPacket {
        if (hasRemaining()) {
            throw refuse(MqttRule.TRAILING_BYTES, remaining() + " bytes too many");
        }
    }

    private void requireBytes(int count) throws MalformedPacket {
        if (count > remaining()) {
            throw refuse(
                    MqttRule.TRUNCATED_FIELD, count + " bytes wanted, " + remaining() + " left");
        }
    }

    int readByte() throws MalformedPacket {
        requireBytes(1);
        return in.get(position++) & 0xFF;
    }

    int readTwoBytes() throws MalformedPacket {
        requireBytes(2);
        int value = ((in.get(position) & 0xFF) << 8) | (in.get(position + 1) & 0xFF);
        position += 2;
        return value;
    }

    long readFourBytes() throws MalformedPacket {
        requireBytes(4);
        long high = readTwoBytes();
        return (high << 16) | readTwoBytes();
    }

    int readVariableByteInteger() throws MalformedPacket {
        int value = 0;
        for (int i = 0; i < VariableByteInteger.BYTES_MAX; i++) {
            int b = readByte();
            value |= (b & 0x7F) << (7 * i);
            if (b < 0x80) {
                // A last byte of 0 adds nothing: a shorter form exists [MQTT-1.5.5-1].
                if (b == 0 && i > 0) {
                    break;
                }
                return value;
            }
        }
        throw refuse(MqttRule.VARIABLE_BYTE_INTEGER, "");
    }

    int readPacketId() throws MalformedPacket {
        int packetId = readTwoBytes();
        if (packetId == 0) {
            throw refuse(MqttRule.PACKET_IDENTIFIER, "");
        }
        return packetId;
    }

    String readString() throws MalformedPacket {
        int length = readTwoBytes();
        requireBytes(length);
        byte[] bytes = new byte[length];
        in.get(position, bytes);
        position += length;
        String text = Utf8.decode(bytes);
        if (text == null) {
            throw refuse(MqttRule.UTF8_WELL_FORMED, "");
        }
        MqttRule broken = Utf8.brokenBy(text);
        if (broken != null) {
            throw refuse(broken, "");
        }
        return text;
    }

    /** A topic name; empty is refused. */
    TopicName readTopicName() throws MalformedPacket {
        String text = readTopicText(MqttRule.TOPIC_NAME_LENGTH);
        MqttRule broken = TopicName.brokenBy(text);
        if (broken != null) {
            throw refuse(broken, "");
        }
        return TopicName.checked(text);
    }

    /** A topic name, or {@link TopicName#ALIASED} for an empty one. */
    TopicName readTopicNameOrAlias() throws MalformedPacket {
        if (remaining() >= 2 && in.get(position) == 0 && in.get(position + 1) == 0) {
            position += 2;
            return TopicName.ALIASED;
        }
        return readTopicName();
    }

    TopicFilter readTopicFilter() throws MalformedPacket {
        String text = readTopicText(MqttRule.TOPIC_FILTER_LENGTH);
        MqttRule broken = TopicFilter.brokenBy(text);
        if (broken != null) {
            throw refuse(broken, "");
        }
        return TopicFilter.checked(text);
    }

    private String readTopicText(MqttRule limit) throws MalformedPacket {
        int start = position;
        String text = readString();
        int bytes = position - start - 2;
        if (bytes > limits.topicBytesMax()) {
            throw refuse(limit, bytes + " bytes, limit " + limits.topicBytesMax());
        }
        int levels = 1;
        for (int i = text.indexOf('/'); i >= 0; i = text.indexOf('/', i + 1)) {
            levels++;
        }
        if (levels > limits.topicLevelsMax()) {
            throw refuse(limit, levels + " levels, limit " + limits.topicLevelsMax());
        }
        return text;
    }

    /** Binary data, as a read-only copy of its own. */
    ByteBuffer readBinary() throws MalformedPacket {
        int length = readTwoBytes();
        requireBytes(length);
        ByteBuffer copy = Bytes.copyOf(in.slice(position, length));
        position += length;
        return copy;
    }

    /** All that is left, as a view of the input. */
    ByteBuffer readRest() {
        ByteBuffer rest = in.slice(position, remaining());
        position = end;
        return rest;
    }

    /**
     * A payload that is announced as text must be text: whoever passes it on as such would
     * otherwise carry bytes that no reader of UTF-8 agrees about (MQTT 5.0 section 3.3.2.3.2).
     */
    void requireAsIndicated(ByteBuffer payload, MqttProperties properties) throws MalformedPacket {
        boolean text = properties.get(MqttProperty.PAYLOAD_FORMAT_INDICATOR).orElse(false);
        if (text && !Utf8.isWellFormed(payload)) {
            throw refuse(MqttRule.PAYLOAD_FORMAT, "");
        }
    }

    ReasonCode readReasonCode() throws MalformedPacket {
        int number = readByte();
        ReasonCode code = ReasonCode.of(number);
        if (code == null || !code.isAllowedIn(type)) {
            throw refuse(MqttRule.REASON_CODE, "0x%02X".formatted(number));
        }
        return code;
    }

    /** Some reason codes are one side's alone. */
    void requireSender(ReasonCode code, boolean fromClient) throws MalformedPacket {
        if (!code.mayBeSent(type, fromClient)) {
            throw refuse(
                    MqttRule.REASON_CODE, code + " from a " + (fromClient ? "client" : "server"));
        }
    }

    /** A property list with its length; in 3.1.1 there is none. */
    MqttProperties readProperties(PropertySection section) throws MalformedPacket {
        if (version != MqttVersion.V5) {
            return MqttProperties.EMPTY;
        }
        int length = readVariableByteInteger();
        requireBytes(length);
        if (length == 0) {
            return MqttProperties.EMPTY;
        }
        PacketReader list =
                new PacketReader(in, position, position + length, type, version, limits);
        position += length;
        return PropertiesReading.read(list, section);
    }
}
