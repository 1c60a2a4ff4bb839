/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
import static dev.breakwater.protocol.mqtt.ReasonCode.MALFORMED_PACKET;
import static dev.breakwater.protocol.mqtt.ReasonCode.PACKET_TOO_LARGE;
import static dev.breakwater.protocol.mqtt.ReasonCode.PAYLOAD_FORMAT_INVALID;
import static dev.breakwater.protocol.mqtt.ReasonCode.PROTOCOL_ERROR;
import static dev.breakwater.protocol.mqtt.ReasonCode.QUOTA_EXCEEDED;
import static dev.breakwater.protocol.mqtt.ReasonCode.TOPIC_ALIAS_INVALID;
import static dev.breakwater.protocol.mqtt.ReasonCode.TOPIC_FILTER_INVALID;
import static dev.breakwater.protocol.mqtt.ReasonCode.TOPIC_NAME_INVALID;
import static dev.breakwater.protocol.mqtt.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;

import org.jspecify.annotations.Nullable;

/**
 * Every rule the decoder enforces: the reason code it is refused with, where the rule stands in
 * MQTT 3.1.1 and in MQTT 5.0, and the sentence an operator reads. A name is also a good label for a
 * metric: there are few of them and a sender cannot invent more.
 */
public enum MqttRule {
    // The fixed header and the order of packets.
    PACKET_TYPE_DEFINED(
            MALFORMED_PACKET, "section 2.2.1", "section 2.1.2", "the packet type is not defined"),
    FIXED_HEADER_FLAGS(
            MALFORMED_PACKET,
            "MQTT-2.2.2-2",
            "MQTT-2.1.3-1",
            "the reserved flags of the fixed header differ from their prescribed values"),
    REMAINING_LENGTH(
            MALFORMED_PACKET,
            "section 2.2.3",
            "MQTT-1.5.5-1",
            "the remaining length is not in the shortest form of at most 4 bytes"),
    PACKET_SIZE(
            PACKET_TOO_LARGE,
            "section 4.13",
            "section 3.2.2.3.6",
            "the packet is larger than taken here"),
    FIRST_PACKET_IS_CONNECT(
            PROTOCOL_ERROR, "MQTT-3.1.0-1", "MQTT-3.1.0-1", "the first packet must be CONNECT"),
    SECOND_CONNECT(
            PROTOCOL_ERROR, "MQTT-3.1.0-2", "MQTT-3.1.0-2", "CONNECT was sent a second time"),
    FIRST_PACKET_IS_CONNACK(
            PROTOCOL_ERROR,
            "MQTT-3.2.0-1",
            "MQTT-3.2.0-1",
            "the server sent another packet before CONNACK"),
    SECOND_CONNACK(PROTOCOL_ERROR, "section 3.2", "MQTT-3.2.0-2", "CONNACK was sent a second time"),
    SENDER(
            PROTOCOL_ERROR,
            "section 2.2.1",
            "section 2.1.2",
            "only the other side of a connection may send this packet, in this version"),
    AFTER_DISCONNECT(
            PROTOCOL_ERROR,
            "MQTT-3.14.4-2",
            "MQTT-3.14.4-1",
            "the sender went on after its DISCONNECT"),

    // Lengths and elementary types.
    TRUNCATED_FIELD(
            MALFORMED_PACKET,
            "section 1.5",
            "section 1.5",
            "a field reaches beyond the end of the packet"),
    TRAILING_BYTES(
            MALFORMED_PACKET,
            "section 2.2.3",
            "section 2.1.4",
            "the packet goes on after its last field"),
    UTF8_WELL_FORMED(
            MALFORMED_PACKET, "MQTT-1.5.3-1", "MQTT-1.5.4-1", "a string is not well-formed UTF-8"),
    UTF8_NULL(MALFORMED_PACKET, "MQTT-1.5.3-2", "MQTT-1.5.4-2", "a string contains U+0000"),
    UTF8_CONTROL(
            MALFORMED_PACKET,
            "section 1.5.3",
            "section 1.5.4",
            "a string contains a control character or a non-character"),
    VARIABLE_BYTE_INTEGER(
            MALFORMED_PACKET,
            "section 2.2.3",
            "MQTT-1.5.5-1",
            "a variable byte integer is not in the shortest form of at most 4 bytes"),
    PACKET_IDENTIFIER(PROTOCOL_ERROR, "MQTT-2.3.1-1", "MQTT-2.2.1-3", "the packet identifier is 0"),
    REASON_CODE(
            MALFORMED_PACKET,
            "section 2.2",
            "section 2.4",
            "the reason code has no meaning in this packet"),

    // CONNECT and CONNACK.
    PROTOCOL_NAME(
            UNSUPPORTED_PROTOCOL_VERSION,
            "MQTT-3.1.2-1",
            "MQTT-3.1.2-1",
            "the protocol name is not MQTT"),
    PROTOCOL_LEVEL(
            UNSUPPORTED_PROTOCOL_VERSION,
            "MQTT-3.1.2-2",
            "MQTT-3.1.2-2",
            "the protocol level is neither 4 (MQTT 3.1.1) nor 5 (MQTT 5.0)"),
    CONNECT_RESERVED_FLAG(
            MALFORMED_PACKET, "MQTT-3.1.2-3", "MQTT-3.1.2-3", "the reserved connect flag is not 0"),
    WILL_QOS_WITHOUT_WILL(
            MALFORMED_PACKET,
            "MQTT-3.1.2-13",
            "MQTT-3.1.2-11",
            "the will QoS is set without a will"),
    WILL_QOS(MALFORMED_PACKET, "MQTT-3.1.2-14", "MQTT-3.1.2-12", "the will QoS is 3"),
    WILL_RETAIN_WITHOUT_WILL(
            MALFORMED_PACKET,
            "MQTT-3.1.2-15",
            "MQTT-3.1.2-13",
            "the will retain flag is set without a will"),
    PASSWORD_WITHOUT_USER_NAME(
            MALFORMED_PACKET,
            "MQTT-3.1.2-22",
            "section 3.1.2.9",
            "a password comes without a user name"),
    CLIENT_ID_OF_KEPT_SESSION(
            CLIENT_IDENTIFIER_NOT_VALID,
            "MQTT-3.1.3-8",
            "MQTT-3.1.3-8",
            "the client identifier is empty although the session is to be kept"),
    CLIENT_ID_LENGTH(
            CLIENT_IDENTIFIER_NOT_VALID,
            "MQTT-3.1.3-9",
            "MQTT-3.1.3-8",
            "the client identifier is longer than taken here"),
    CONNACK_RESERVED_FLAGS(
            MALFORMED_PACKET,
            "section 3.2.2.1",
            "MQTT-3.2.2-1",
            "the reserved bits of the acknowledge flags are not 0"),
    SESSION_PRESENT_ON_FAILURE(
            PROTOCOL_ERROR,
            "MQTT-3.2.2-4",
            "MQTT-3.2.2-6",
            "a refused connection says that a session is present"),

    // PUBLISH and topics.
    DUPLICATE_QOS_0(
            MALFORMED_PACKET, "MQTT-3.3.1-2", "MQTT-3.3.1-2", "the DUP flag is set with QoS 0"),
    PUBLISH_QOS(MALFORMED_PACKET, "MQTT-3.3.1-4", "MQTT-3.3.1-4", "both QoS bits are set"),
    TOPIC_NAME_WILDCARD(
            TOPIC_NAME_INVALID,
            "MQTT-3.3.2-2",
            "MQTT-3.3.2-2",
            "a topic name contains a wildcard, + or #"),
    TOPIC_NAME_EMPTY(
            PROTOCOL_ERROR,
            "MQTT-4.7.3-1",
            "MQTT-4.7.3-1",
            "a topic name is empty, and no topic alias stands for it"),
    TOPIC_NAME_LENGTH(
            TOPIC_NAME_INVALID,
            "MQTT-4.7.3-3",
            "MQTT-4.7.3-3",
            "a topic name is longer or deeper than taken here"),
    TOPIC_ALIAS_ZERO(TOPIC_ALIAS_INVALID, "section 3.3", "MQTT-3.3.2-8", "the topic alias is 0"),
    RESPONSE_TOPIC(
            PROTOCOL_ERROR,
            "section 3.3",
            "MQTT-3.3.2-14",
            "the response topic is empty or contains a wildcard"),
    SUBSCRIPTION_IDENTIFIER_FROM_CLIENT(
            PROTOCOL_ERROR,
            "section 3.3",
            "MQTT-3.3.4-6",
            "a client's PUBLISH carries a subscription identifier"),

    PAYLOAD_FORMAT(
            PAYLOAD_FORMAT_INVALID,
            "section 3.3",
            "section 3.3.2.3.2",
            "the payload is not the UTF-8 text that its format indicator promises"),

    // SUBSCRIBE and UNSUBSCRIBE.
    SUBSCRIBE_EMPTY(
            PROTOCOL_ERROR, "MQTT-3.8.3-3", "MQTT-3.8.3-2", "SUBSCRIBE names no topic filter"),
    UNSUBSCRIBE_EMPTY(
            PROTOCOL_ERROR, "MQTT-3.10.3-2", "MQTT-3.10.3-2", "UNSUBSCRIBE names no topic filter"),
    SUBSCRIPTIONS_COUNT(
            QUOTA_EXCEEDED,
            "section 3.8.3",
            "section 3.8.3",
            "more topic filters in one packet than taken here"),
    SUBSCRIPTION_OPTIONS(
            MALFORMED_PACKET,
            "MQTT-3-8.3-4",
            "MQTT-3.8.3-5",
            "a reserved bit of the subscription options is set"),
    SUBSCRIPTION_QOS(
            PROTOCOL_ERROR, "MQTT-3-8.3-4", "section 3.8.3.1", "the QoS of a subscription is 3"),
    RETAIN_HANDLING(PROTOCOL_ERROR, "section 3.8.3", "section 3.8.3.1", "the retain handling is 3"),
    NO_LOCAL_ON_SHARED(
            PROTOCOL_ERROR,
            "section 3.8.3",
            "MQTT-3.8.3-4",
            "a shared subscription asks for no-local"),
    TOPIC_FILTER_EMPTY(
            TOPIC_FILTER_INVALID, "MQTT-4.7.3-1", "MQTT-4.7.3-1", "a topic filter is empty"),
    TOPIC_FILTER_LENGTH(
            TOPIC_FILTER_INVALID,
            "MQTT-4.7.3-3",
            "MQTT-4.7.3-3",
            "a topic filter is longer or deeper than taken here"),
    MULTI_LEVEL_WILDCARD(
            TOPIC_FILTER_INVALID,
            "MQTT-4.7.1-2",
            "MQTT-4.7.1-1",
            "# is not the whole last level of a topic filter"),
    SINGLE_LEVEL_WILDCARD(
            TOPIC_FILTER_INVALID,
            "MQTT-4.7.1-3",
            "MQTT-4.7.1-2",
            "+ shares its level of a topic filter with other characters"),
    SHARE_NAME(
            TOPIC_FILTER_INVALID,
            "section 4.7",
            "MQTT-4.8.2-1",
            "the share name of a shared subscription is empty or contains a wildcard"),
    SHARE_WITHOUT_FILTER(
            TOPIC_FILTER_INVALID,
            "section 4.7",
            "MQTT-4.8.2-2",
            "a shared subscription names no topic filter"),

    // Properties, DISCONNECT and AUTH: MQTT 5.0 only.
    PROPERTY_ALLOWED(
            MALFORMED_PACKET,
            "section 2.3",
            "section 2.2.2.2",
            "a property is unknown or has no place in this packet"),
    PROPERTY_REPEATED(
            PROTOCOL_ERROR, "section 2.3", "section 2.2.2.2", "a property is given more than once"),
    PROPERTY_VALUE(
            PROTOCOL_ERROR,
            "section 2.3",
            "section 2.2.2.2",
            "the value of a property is outside its range"),
    USER_PROPERTIES_SIZE(
            QUOTA_EXCEEDED,
            "section 2.3",
            "section 2.2.2.2",
            "more user properties than taken here"),
    AUTHENTICATION_DATA_WITHOUT_METHOD(
            PROTOCOL_ERROR,
            "section 3.1",
            "section 3.1.2.11.10",
            "authentication data comes without an authentication method"),
    AUTH_WITHOUT_METHOD(
            PROTOCOL_ERROR,
            "section 2.2.1",
            "section 3.15.2.2.2",
            "AUTH names no authentication method"),
    AUTH_NOT_AGREED(
            PROTOCOL_ERROR,
            "section 2.2.1",
            "MQTT-4.12.0-7",
            "AUTH was sent although CONNECT named no authentication method"),
    SESSION_EXPIRY_FROM_SERVER(
            PROTOCOL_ERROR,
            "section 3.14",
            "MQTT-3.14.2-2",
            "a server's DISCONNECT carries a session expiry interval"),
    SESSION_EXPIRY_RAISED(
            PROTOCOL_ERROR,
            "section 3.14",
            "section 3.14.2.2.2",
            "DISCONNECT keeps a session that CONNECT asked to end with the connection");

    private final ReasonCode reasonCode;
    private final String placeIn311;
    private final String placeIn5;
    private final String sentence;

    MqttRule(ReasonCode reasonCode, String placeIn311, String placeIn5, String sentence) {
        this.reasonCode = reasonCode;
        this.placeIn311 = placeIn311;
        this.placeIn5 = placeIn5;
        this.sentence = sentence;
    }

    /** What a sender who breaks the rule is told. */
    public ReasonCode reasonCode() {
        return reasonCode;
    }

    /**
     * The normative statement, e.g. {@code MQTT-3.1.2-3}, or where there is none the section that
     * says so.
     *
     * @param version null while it is not known, which takes the numbers of MQTT 5.0
     */
    public String place(@Nullable MqttVersion version) {
        return version == MqttVersion.V3_1_1 ? placeIn311 : placeIn5;
    }

    /** What is wrong with a packet that breaks the rule. */
    public String sentence() {
        return sentence;
    }
}
