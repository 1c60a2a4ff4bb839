/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT (section 3.1): protocol name, level, flags, keep-alive, properties; then client
 * identifier, will properties, will topic, will message, user name, password, each if flagged.
 */
final class ConnectCodec {

    private static final String PROTOCOL_NAME = "MQTT";

    private static final int USER_NAME = 0x80;
    private static final int PASSWORD = 0x40;
    private static final int WILL_RETAIN = 0x20;
    private static final int WILL_QOS_SHIFT = 3;
    private static final int WILL = 0x04;
    private static final int CLEAN_START = 0x02;
    private static final int RESERVED = 0x01;

    private ConnectCodec() {}

    static Connect read(PacketReader header) throws MalformedPacket {
        MqttVersion version = readVersion(header);
        PacketReader in = header.in(version);
        int flags = in.readByte();
        requireConsistent(in, flags, version);
        int keepAliveSeconds = in.readTwoBytes();
        MqttProperties properties = in.readProperties(PropertySection.CONNECT);
        String clientId = readClientId(in, flags, version);
        Will will = (flags & WILL) != 0 ? readWill(in, flags) : null;
        String userName = (flags & USER_NAME) != 0 ? in.readString() : null;
        ByteBuffer password = (flags & PASSWORD) != 0 ? in.readBinary() : null;
        in.requireEnd();
        return new Connect(
                version,
                (flags & CLEAN_START) != 0,
                keepAliveSeconds,
                clientId,
                will,
                userName,
                password,
                properties);
    }

    private static MqttVersion readVersion(PacketReader in) throws MalformedPacket {
        // The name comes before any limit is known to hold, so a stranger's is not shown.
        if (!in.readString().equals(PROTOCOL_NAME)) {
            throw in.refuse(MqttRule.PROTOCOL_NAME, "");
        }
        int level = in.readByte();
        for (MqttVersion version : MqttVersion.values()) {
            if (version.level() == level) {
                return version;
            }
        }
        throw in.refuse(MqttRule.PROTOCOL_LEVEL, "level " + level);
    }

    private static void requireConsistent(PacketReader in, int flags, MqttVersion version)
            throws MalformedPacket {
        if ((flags & RESERVED) != 0) {
            throw in.refuse(MqttRule.CONNECT_RESERVED_FLAG, "");
        }
        int willQos = (flags >> WILL_QOS_SHIFT) & 0x03;
        if ((flags & WILL) == 0 && willQos != 0) {
            throw in.refuse(MqttRule.WILL_QOS_WITHOUT_WILL, "");
        }
        if ((flags & WILL) == 0 && (flags & WILL_RETAIN) != 0) {
            throw in.refuse(MqttRule.WILL_RETAIN_WITHOUT_WILL, "");
        }
        if (willQos == 3) {
            throw in.refuse(MqttRule.WILL_QOS, "");
        }
        if (version == MqttVersion.V3_1_1 && (flags & PASSWORD) != 0 && (flags & USER_NAME) == 0) {
            throw in.refuse(MqttRule.PASSWORD_WITHOUT_USER_NAME, "");
        }
    }

    private static String readClientId(PacketReader in, int flags, MqttVersion version)
            throws MalformedPacket {
        int start = in.position();
        String clientId = in.readString();
        int bytes = in.position() - start - 2;
        if (bytes > in.limits().clientIdBytesMax()) {
            throw in.refuse(
                    MqttRule.CLIENT_ID_LENGTH,
                    bytes + " bytes, limit " + in.limits().clientIdBytesMax());
        }
        if (bytes == 0 && version == MqttVersion.V3_1_1 && (flags & CLEAN_START) == 0) {
            throw in.refuse(MqttRule.CLIENT_ID_OF_KEPT_SESSION, "");
        }
        return clientId;
    }

    private static Will readWill(PacketReader in, int flags) throws MalformedPacket {
        MqttProperties properties = in.readProperties(PropertySection.WILL);
        TopicName topic = in.readTopicName();
        ByteBuffer payload = in.readBinary();
        in.requireAsIndicated(payload, properties);
        QualityOfService qos = QualityOfService.of((flags >> WILL_QOS_SHIFT) & 0x03);
        if (qos == null) {
            throw in.refuse(MqttRule.WILL_QOS, "");
        }
        return new Will(topic, qos, (flags & WILL_RETAIN) != 0, properties, payload);
    }

    static void write(Connect connect, PacketSink out) {
        MqttVersion version = connect.version();
        Will will = connect.will();
        String userName = connect.userName();
        ByteBuffer password = connect.password();
        requireExpressible(connect);
        out.writeString(PROTOCOL_NAME);
        out.writeByte(version.level());
        out.writeByte(flags(connect, will));
        out.writeTwoBytes(connect.keepAliveSeconds());
        out.writeProperties(connect.properties(), version);
        out.writeString(connect.clientId());
        if (will != null) {
            out.writeProperties(will.properties(), version);
            out.writeString(will.topic().text());
            out.writeBinary(will.payload());
        }
        if (userName != null) {
            out.writeString(userName);
        }
        if (password != null) {
            out.writeBinary(password);
        }
    }

    private static int flags(Connect connect, @Nullable Will will) {
        int flags = connect.cleanStart() ? CLEAN_START : 0;
        if (will != null) {
            flags |= WILL | (will.qos().level() << WILL_QOS_SHIFT);
            flags |= will.retain() ? WILL_RETAIN : 0;
        }
        flags |= connect.userName() != null ? USER_NAME : 0;
        flags |= connect.password() != null ? PASSWORD : 0;
        return flags;
    }

    private static void requireExpressible(Connect connect) {
        if (connect.version() != MqttVersion.V3_1_1) {
            return;
        }
        if (connect.password() != null && connect.userName() == null) {
            throw new IllegalArgumentException(
                    "in MQTT 3.1.1 a password needs a user name [MQTT-3.1.2-22]");
        }
        if (connect.clientId().isEmpty() && !connect.cleanStart()) {
            throw new IllegalArgumentException(
                    "in MQTT 3.1.1 a kept session needs a client identifier [MQTT-3.1.3-7]");
        }
    }
}
