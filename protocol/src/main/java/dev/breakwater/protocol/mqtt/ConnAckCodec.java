/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/** CONNACK (section 3.2): acknowledge flags, reason or return code, properties. */
final class ConnAckCodec {

    private static final int SESSION_PRESENT = 0x01;

    private ConnAckCodec() {}

    static ConnAck read(PacketReader in, MqttVersion version) throws MalformedPacket {
        int flags = in.readByte();
        if ((flags & ~SESSION_PRESENT) != 0) {
            throw in.refuse(MqttRule.CONNACK_RESERVED_FLAGS, "");
        }
        ReasonCode reasonCode =
                version == MqttVersion.V5 ? in.readReasonCode() : readReturnCode(in);
        if (flags != 0 && reasonCode != ReasonCode.SUCCESS) {
            throw in.refuse(MqttRule.SESSION_PRESENT_ON_FAILURE, "");
        }
        MqttProperties properties = in.readProperties(PropertySection.CONNACK);
        in.requireEnd();
        return new ConnAck(flags != 0, reasonCode, properties);
    }

    private static ReasonCode readReturnCode(PacketReader in) throws MalformedPacket {
        int returnCode = in.readByte();
        ReasonCode reasonCode = ReasonCode.ofConnectReturnCode(returnCode);
        if (reasonCode == null) {
            throw in.refuse(MqttRule.REASON_CODE, "return code " + returnCode);
        }
        return reasonCode;
    }

    static void write(ConnAck connAck, MqttVersion version, PacketSink out) {
        out.writeByte(connAck.sessionPresent() ? SESSION_PRESENT : 0);
        ReasonCode reasonCode = connAck.reasonCode();
        out.writeByte(
                version == MqttVersion.V5 ? reasonCode.number() : reasonCode.connectReturnCode());
        out.writeProperties(connAck.properties(), version);
    }
}
