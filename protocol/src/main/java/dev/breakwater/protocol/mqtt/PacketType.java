/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The control packet types with what the first byte of the wire must look like (section 2.1). */
public enum PacketType {
    CONNECT(1, 0b0000, Sender.CLIENT),
    CONNACK(2, 0b0000, Sender.SERVER),
    /** The only type whose four flag bits carry meaning: DUP, QoS, QoS, RETAIN. */
    PUBLISH(3, PacketType.FLAGS_VARY, Sender.BOTH),
    PUBACK(4, 0b0000, Sender.BOTH),
    PUBREC(5, 0b0000, Sender.BOTH),
    PUBREL(6, 0b0010, Sender.BOTH),
    PUBCOMP(7, 0b0000, Sender.BOTH),
    SUBSCRIBE(8, 0b0010, Sender.CLIENT),
    SUBACK(9, 0b0000, Sender.SERVER),
    UNSUBSCRIBE(10, 0b0010, Sender.CLIENT),
    UNSUBACK(11, 0b0000, Sender.SERVER),
    PINGREQ(12, 0b0000, Sender.CLIENT),
    PINGRESP(13, 0b0000, Sender.SERVER),
    /** Sent by both sides in MQTT 5.0, by the client alone in 3.1.1. */
    DISCONNECT(14, 0b0000, Sender.BOTH),
    /** MQTT 5.0 only; type 15 is forbidden in 3.1.1. */
    AUTH(15, 0b0000, Sender.BOTH);

    private enum Sender {
        CLIENT,
        SERVER,
        BOTH
    }

    private static final int FLAGS_VARY = -1;

    /** In the order of their numbers, which start at 1. */
    private static final List<PacketType> ALL = List.of(values());

    private final int number;
    private final int flags;
    private final Sender sender;

    PacketType(int number, int flags, Sender sender) {
        this.number = number;
        this.flags = flags;
        this.sender = sender;
    }

    /** The upper four bits of the first byte, 1 to 15. */
    public int number() {
        return number;
    }

    /** The type for four bits off the wire; null for the forbidden value 0. */
    static @Nullable PacketType of(int number) {
        return number == 0 ? null : ALL.get(number - 1);
    }

    /** Whether the lower four bits of the first byte are the ones prescribed for this type. */
    boolean allowsFlags(int bits) {
        return flags == FLAGS_VARY || flags == bits;
    }

    /** The first byte of a packet of this type, for every type but PUBLISH. */
    int firstByte() {
        return (number << 4) | flags;
    }

    boolean mayBeSentByClient(MqttVersion version) {
        return sender != Sender.SERVER && (this != AUTH || version == MqttVersion.V5);
    }

    boolean mayBeSentByServer(MqttVersion version) {
        return sender != Sender.CLIENT
                && ((this != AUTH && this != DISCONNECT) || version == MqttVersion.V5);
    }
}
