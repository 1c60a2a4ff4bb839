/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.util.ArrayList;
import java.util.List;

/**
 * SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK (sections 3.8 to 3.11): packet identifier, properties,
 * and then a list to the end of the packet.
 */
final class SubscriptionCodec {

    private static final int QOS = 0x03;
    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_AS_PUBLISHED = 0x08;
    private static final int RETAIN_HANDLING_SHIFT = 4;
    private static final int RESERVED_IN_5 = 0xC0;
    private static final int RESERVED_IN_3_1_1 = 0xFC;

    private SubscriptionCodec() {}

    static Subscribe readSubscribe(PacketReader in, MqttVersion version) throws MalformedPacket {
        int packetId = in.readPacketId();
        MqttProperties properties = in.readProperties(PropertySection.SUBSCRIBE);
        if (!in.hasRemaining()) {
            throw in.refuse(MqttRule.SUBSCRIBE_EMPTY, "");
        }
        List<Subscription> subscriptions = new ArrayList<>(4);
        while (in.hasRemaining()) {
            requireRoom(in, subscriptions.size());
            subscriptions.add(readSubscription(in, version));
        }
        return new Subscribe(packetId, subscriptions, properties);
    }

    private static Subscription readSubscription(PacketReader in, MqttVersion version)
            throws MalformedPacket {
        TopicFilter filter = in.readTopicFilter();
        int options = in.readByte();
        int reserved = version == MqttVersion.V5 ? RESERVED_IN_5 : RESERVED_IN_3_1_1;
        QualityOfService qos = QualityOfService.of(options & QOS);
        if ((options & reserved) != 0) {
            throw in.refuse(MqttRule.SUBSCRIPTION_OPTIONS, "0x%02X".formatted(options));
        }
        if (qos == null) {
            throw in.refuse(MqttRule.SUBSCRIPTION_QOS, "");
        }
        RetainHandling retainHandling =
                RetainHandling.of((options >> RETAIN_HANDLING_SHIFT) & 0x03);
        if (retainHandling == null) {
            throw in.refuse(MqttRule.RETAIN_HANDLING, "");
        }
        boolean noLocal = (options & NO_LOCAL) != 0;
        if (noLocal && filter.isShared()) {
            throw in.refuse(MqttRule.NO_LOCAL_ON_SHARED, "");
        }
        return new Subscription(
                filter, qos, noLocal, (options & RETAIN_AS_PUBLISHED) != 0, retainHandling);
    }

    static void writeSubscribe(Subscribe subscribe, MqttVersion version, PacketSink out) {
        out.writeTwoBytes(subscribe.packetId());
        out.writeProperties(subscribe.properties(), version);
        for (Subscription subscription : subscribe.subscriptions()) {
            if (version == MqttVersion.V3_1_1 && !subscription.isPlain()) {
                throw new IllegalArgumentException(
                        "MQTT 3.1.1 has no subscription options: ask for a QoS only");
            }
            out.writeString(subscription.filter().text());
            out.writeByte(
                    subscription.maximumQos().level()
                            | (subscription.noLocal() ? NO_LOCAL : 0)
                            | (subscription.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
                            | (subscription.retainHandling().number() << RETAIN_HANDLING_SHIFT));
        }
    }

    static SubAck readSubAck(PacketReader in, MqttVersion version) throws MalformedPacket {
        int packetId = in.readPacketId();
        MqttProperties properties = in.readProperties(PropertySection.SUBACK);
        List<ReasonCode> codes = readReasonCodes(in);
        if (version == MqttVersion.V3_1_1) {
            for (ReasonCode code : codes) {
                // Codes other than 0, 1, 2 and 0x80 are reserved in 3.1.1 [MQTT-3.9.3-2].
                if (code.isFailure() && code != ReasonCode.UNSPECIFIED_ERROR) {
                    throw in.refuse(MqttRule.REASON_CODE, code.toString());
                }
            }
        }
        return new SubAck(packetId, codes, properties);
    }

    static void writeSubAck(SubAck subAck, MqttVersion version, PacketSink out) {
        out.writeTwoBytes(subAck.packetId());
        out.writeProperties(subAck.properties(), version);
        for (ReasonCode code : subAck.reasonCodes()) {
            boolean anyFailure = version == MqttVersion.V3_1_1 && code.isFailure();
            out.writeByte((anyFailure ? ReasonCode.UNSPECIFIED_ERROR : code).number());
        }
    }

    static Unsubscribe readUnsubscribe(PacketReader in) throws MalformedPacket {
        int packetId = in.readPacketId();
        MqttProperties properties = in.readProperties(PropertySection.UNSUBSCRIBE);
        if (!in.hasRemaining()) {
            throw in.refuse(MqttRule.UNSUBSCRIBE_EMPTY, "");
        }
        List<TopicFilter> filters = new ArrayList<>(4);
        while (in.hasRemaining()) {
            requireRoom(in, filters.size());
            filters.add(in.readTopicFilter());
        }
        return new Unsubscribe(packetId, filters, properties);
    }

    static void writeUnsubscribe(Unsubscribe unsubscribe, MqttVersion version, PacketSink out) {
        out.writeTwoBytes(unsubscribe.packetId());
        out.writeProperties(unsubscribe.properties(), version);
        for (TopicFilter filter : unsubscribe.filters()) {
            out.writeString(filter.text());
        }
    }

    static UnsubAck readUnsubAck(PacketReader in, MqttVersion version) throws MalformedPacket {
        int packetId = in.readPacketId();
        if (version == MqttVersion.V3_1_1) {
            in.requireEnd();
            return new UnsubAck(packetId, List.of());
        }
        MqttProperties properties = in.readProperties(PropertySection.UNSUBACK);
        return new UnsubAck(packetId, readReasonCodes(in), properties);
    }

    static void writeUnsubAck(UnsubAck unsubAck, MqttVersion version, PacketSink out) {
        out.writeTwoBytes(unsubAck.packetId());
        if (version == MqttVersion.V3_1_1) {
            return;
        }
        if (unsubAck.reasonCodes().isEmpty()) {
            throw new IllegalArgumentException(
                    "in MQTT 5.0 an UNSUBACK has a reason code for each filter [MQTT-3.11.3-1]");
        }
        out.writeProperties(unsubAck.properties(), version);
        for (ReasonCode code : unsubAck.reasonCodes()) {
            out.writeByte(code.number());
        }
    }

    /** One code at least: a request names at least one filter. */
    private static List<ReasonCode> readReasonCodes(PacketReader in) throws MalformedPacket {
        List<ReasonCode> codes = new ArrayList<>(4);
        do {
            requireRoom(in, codes.size());
            codes.add(in.readReasonCode());
        } while (in.hasRemaining());
        return codes;
    }

    private static void requireRoom(PacketReader in, int count) throws MalformedPacket {
        if (count >= in.limits().subscriptionsMax()) {
            throw in.refuse(
                    MqttRule.SUBSCRIPTIONS_COUNT, "limit " + in.limits().subscriptionsMax());
        }
    }
}
