/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/**
 * The packets that end in a reason code and properties: PUBACK, PUBREC, PUBREL, PUBCOMP (sections
 * 3.4 to 3.7) behind a packet identifier, DISCONNECT and AUTH (3.14, 3.15) without one. MQTT 5.0
 * leaves out the properties if there are none, and then the code if it is success; 3.1.1 has
 * neither.
 */
final class ReasonCodec {

    private ReasonCodec() {}

    /** What stands at the end of these packets. */
    record Reason(ReasonCode code, MqttProperties properties) {}

    private static final Reason SUCCESS = new Reason(ReasonCode.SUCCESS, MqttProperties.EMPTY);

    static Reason read(PacketReader in, MqttVersion version, PropertySection section)
            throws MalformedPacket {
        if (version == MqttVersion.V3_1_1 || !in.hasRemaining()) {
            in.requireEnd();
            return SUCCESS;
        }
        ReasonCode code = in.readReasonCode();
        if (!in.hasRemaining()) {
            return new Reason(code, MqttProperties.EMPTY);
        }
        MqttProperties properties = in.readProperties(section);
        in.requireEnd();
        return new Reason(code, properties);
    }

    static MqttPacket readAcknowledgement(PacketReader in, PacketType type, MqttVersion version)
            throws MalformedPacket {
        int packetId = in.readPacketId();
        return switch (type) {
            case PUBACK -> {
                Reason reason = read(in, version, PropertySection.PUBACK);
                yield new PubAck(packetId, reason.code(), reason.properties());
            }
            case PUBREC -> {
                Reason reason = read(in, version, PropertySection.PUBREC);
                yield new PubRec(packetId, reason.code(), reason.properties());
            }
            case PUBREL -> {
                Reason reason = read(in, version, PropertySection.PUBREL);
                yield new PubRel(packetId, reason.code(), reason.properties());
            }
            case PUBCOMP -> {
                Reason reason = read(in, version, PropertySection.PUBCOMP);
                yield new PubComp(packetId, reason.code(), reason.properties());
            }
            default -> throw new IllegalArgumentException(type + " acknowledges no PUBLISH");
        };
    }

    /**
     * @param fromClient which side sends it
     */
    static Auth readAuth(PacketReader in, MqttVersion version, boolean fromClient)
            throws MalformedPacket {
        boolean bare = !in.hasRemaining();
        Reason reason = read(in, version, PropertySection.AUTH);
        in.requireSender(reason.code(), fromClient);
        // An empty AUTH is success without a method (section 3.15.2.1); any other names its method.
        if (!bare && !reason.properties().has(MqttProperty.AUTHENTICATION_METHOD)) {
            throw in.refuse(MqttRule.AUTH_WITHOUT_METHOD, "");
        }
        return new Auth(reason.code(), reason.properties());
    }

    static void writeAcknowledgement(
            int packetId,
            ReasonCode code,
            MqttProperties properties,
            MqttVersion version,
            PacketSink out) {
        out.writeTwoBytes(packetId);
        if (version == MqttVersion.V5) {
            write(code, properties, out);
        }
    }

    /**
     * A PUBACK or PUBREC of 3.1.1 says success and nothing else; written for a failure it would
     * tell the sender that a refused message is safe on disk (invariant I4).
     */
    static void requireSuccessIn311(PacketType type, ReasonCode code, MqttVersion version) {
        if (version == MqttVersion.V3_1_1 && code.isFailure()) {
            throw new IllegalArgumentException(
                    "MQTT 3.1.1 cannot say "
                            + code
                            + " in "
                            + type
                            + ": close the connection instead");
        }
    }

    static void write(ReasonCode code, MqttProperties properties, PacketSink out) {
        if (code != ReasonCode.SUCCESS || !properties.isEmpty()) {
            out.writeByte(code.number());
            if (!properties.isEmpty()) {
                out.writeProperties(properties, MqttVersion.V5);
            }
        }
    }
}
