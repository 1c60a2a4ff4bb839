/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.PacketType.AUTH;
import static dev.breakwater.protocol.mqtt.PacketType.CONNACK;
import static dev.breakwater.protocol.mqtt.PacketType.DISCONNECT;
import static dev.breakwater.protocol.mqtt.PacketType.PUBACK;
import static dev.breakwater.protocol.mqtt.PacketType.PUBCOMP;
import static dev.breakwater.protocol.mqtt.PacketType.PUBREC;
import static dev.breakwater.protocol.mqtt.PacketType.PUBREL;
import static dev.breakwater.protocol.mqtt.PacketType.SUBACK;
import static dev.breakwater.protocol.mqtt.PacketType.UNSUBACK;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every reason code of MQTT 5.0 (section 2.4, table 2-6) with the packets that may carry it, and
 * the one place where a code becomes a return code of MQTT 3.1.1.
 */
public enum ReasonCode {
    /** Also "normal disconnection" in DISCONNECT and "granted QoS 0" in SUBACK. */
    SUCCESS(0x00, CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH),
    GRANTED_QOS_1(0x01, SUBACK),
    GRANTED_QOS_2(0x02, SUBACK),
    DISCONNECT_WITH_WILL_MESSAGE(0x04, DISCONNECT),
    NO_MATCHING_SUBSCRIBERS(0x10, PUBACK, PUBREC),
    NO_SUBSCRIPTION_EXISTED(0x11, UNSUBACK),
    CONTINUE_AUTHENTICATION(0x18, AUTH),
    RE_AUTHENTICATE(0x19, AUTH),
    UNSPECIFIED_ERROR(0x80, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    MALFORMED_PACKET(0x81, CONNACK, DISCONNECT),
    PROTOCOL_ERROR(0x82, CONNACK, DISCONNECT),
    IMPLEMENTATION_SPECIFIC_ERROR(0x83, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    UNSUPPORTED_PROTOCOL_VERSION(0x84, CONNACK),
    CLIENT_IDENTIFIER_NOT_VALID(0x85, CONNACK),
    BAD_USER_NAME_OR_PASSWORD(0x86, CONNACK),
    NOT_AUTHORIZED(0x87, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    SERVER_UNAVAILABLE(0x88, CONNACK),
    SERVER_BUSY(0x89, CONNACK, DISCONNECT),
    BANNED(0x8A, CONNACK),
    SERVER_SHUTTING_DOWN(0x8B, DISCONNECT),
    BAD_AUTHENTICATION_METHOD(0x8C, CONNACK, DISCONNECT),
    KEEP_ALIVE_TIMEOUT(0x8D, DISCONNECT),
    SESSION_TAKEN_OVER(0x8E, DISCONNECT),
    TOPIC_FILTER_INVALID(0x8F, SUBACK, UNSUBACK, DISCONNECT),
    TOPIC_NAME_INVALID(0x90, CONNACK, PUBACK, PUBREC, DISCONNECT),
    PACKET_IDENTIFIER_IN_USE(0x91, PUBACK, PUBREC, SUBACK, UNSUBACK),
    PACKET_IDENTIFIER_NOT_FOUND(0x92, PUBREL, PUBCOMP),
    RECEIVE_MAXIMUM_EXCEEDED(0x93, DISCONNECT),
    TOPIC_ALIAS_INVALID(0x94, DISCONNECT),
    PACKET_TOO_LARGE(0x95, CONNACK, DISCONNECT),
    MESSAGE_RATE_TOO_HIGH(0x96, DISCONNECT),
    QUOTA_EXCEEDED(0x97, CONNACK, PUBACK, PUBREC, SUBACK, DISCONNECT),
    ADMINISTRATIVE_ACTION(0x98, DISCONNECT),
    PAYLOAD_FORMAT_INVALID(0x99, CONNACK, PUBACK, PUBREC, DISCONNECT),
    RETAIN_NOT_SUPPORTED(0x9A, CONNACK, DISCONNECT),
    QOS_NOT_SUPPORTED(0x9B, CONNACK, DISCONNECT),
    USE_ANOTHER_SERVER(0x9C, CONNACK, DISCONNECT),
    SERVER_MOVED(0x9D, CONNACK, DISCONNECT),
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E, SUBACK, DISCONNECT),
    CONNECTION_RATE_EXCEEDED(0x9F, CONNACK, DISCONNECT),
    MAXIMUM_CONNECT_TIME(0xA0, DISCONNECT),
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(0xA1, SUBACK, DISCONNECT),
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2, SUBACK, DISCONNECT);

    private static final List<ReasonCode> ALL = List.of(values());

    private static final Set<ReasonCode> DISCONNECT_BY_SERVER =
            Collections.unmodifiableSet(
                    EnumSet.of(
                            NOT_AUTHORIZED,
                            SERVER_BUSY,
                            SERVER_SHUTTING_DOWN,
                            BAD_AUTHENTICATION_METHOD,
                            KEEP_ALIVE_TIMEOUT,
                            SESSION_TAKEN_OVER,
                            TOPIC_FILTER_INVALID,
                            RETAIN_NOT_SUPPORTED,
                            QOS_NOT_SUPPORTED,
                            USE_ANOTHER_SERVER,
                            SERVER_MOVED,
                            SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                            CONNECTION_RATE_EXCEEDED,
                            MAXIMUM_CONNECT_TIME,
                            SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                            WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED));

    private final int number;
    private final int packets;

    ReasonCode(int number, PacketType... packets) {
        this.number = number;
        int mask = 0;
        for (PacketType packet : packets) {
            mask |= 1 << packet.number();
        }
        this.packets = mask;
    }

    /** The byte on the wire of MQTT 5.0. */
    public int number() {
        return number;
    }

    /** Whether the sender of this code refuses or gives up something (0x80 and above). */
    public boolean isFailure() {
        return number >= 0x80;
    }

    /** Whether table 2-6 lets a packet of this type carry the code. */
    public boolean isAllowedIn(PacketType packet) {
        return (packets & (1 << packet.number())) != 0;
    }

    /**
     * Whether the sender of such a packet may use the code: some codes of DISCONNECT and AUTH are
     * one side's alone (sections 3.14.2.1 and 3.15.2.1 of MQTT 5.0).
     */
    boolean mayBeSent(PacketType packet, boolean byClient) {
        return switch (packet) {
            case DISCONNECT ->
                    byClient
                            ? !DISCONNECT_BY_SERVER.contains(this)
                            : this != DISCONNECT_WITH_WILL_MESSAGE;
            case AUTH -> this != (byClient ? SUCCESS : RE_AUTHENTICATE);
            default -> true;
        };
    }

    /** The code for a byte off the wire; null for a number the specification does not define. */
    static @Nullable ReasonCode of(int number) {
        for (ReasonCode code : ALL) {
            if (code.number == number) {
                return code;
            }
        }
        return null;
    }

    /**
     * The return code of a 3.1.1 CONNACK (section 3.2.2.3, table 3.1) that says the same. Version
     * 3.1.1 has six words; a refusal that retrying may cure becomes 3 (server unavailable), any
     * other becomes 5 (not authorized).
     */
    public int connectReturnCode() {
        return switch (this) {
            case SUCCESS -> 0;
            case UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case CLIENT_IDENTIFIER_NOT_VALID -> 2;
            case SERVER_UNAVAILABLE,
                    SERVER_BUSY,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    QUOTA_EXCEEDED,
                    CONNECTION_RATE_EXCEEDED,
                    USE_ANOTHER_SERVER,
                    SERVER_MOVED ->
                    3;
            case BAD_USER_NAME_OR_PASSWORD -> 4;
            default -> 5;
        };
    }

    /** The code that says what a 3.1.1 CONNACK return code says; null above 5 (reserved). */
    static @Nullable ReasonCode ofConnectReturnCode(int returnCode) {
        return switch (returnCode) {
            case 0 -> SUCCESS;
            case 1 -> UNSUPPORTED_PROTOCOL_VERSION;
            case 2 -> CLIENT_IDENTIFIER_NOT_VALID;
            case 3 -> SERVER_UNAVAILABLE;
            case 4 -> BAD_USER_NAME_OR_PASSWORD;
            case 5 -> NOT_AUTHORIZED;
            default -> null;
        };
    }

    /** The SUBACK code for a granted level. */
    public static ReasonCode granted(QualityOfService qos) {
        return switch (qos) {
            case AT_MOST_ONCE -> SUCCESS;
            case AT_LEAST_ONCE -> GRANTED_QOS_1;
            case EXACTLY_ONCE -> GRANTED_QOS_2;
        };
    }

    void requireAllowedIn(PacketType packet) {
        if (!isAllowedIn(packet)) {
            throw new IllegalArgumentException(
                    "reason code "
                            + this
                            + " has no meaning in "
                            + packet
                            + " (MQTT 5.0 table 2-6)");
        }
    }

    /** Number and name, e.g. {@code 0x95 packet too large}. */
    @Override
    public String toString() {
        return "0x%02X %s".formatted(number, name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
}
