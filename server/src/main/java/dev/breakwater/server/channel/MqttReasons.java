/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.PacketType;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.FarewellReason;

/**
 * What a refusal and a farewell are called in MQTT. Nothing else in the server translates one.
 *
 * <p>All refusals of an identity are one code: whoever is refused learns nothing about why. A token
 * that is none, or not of the device that is named, has a code of its own, which its holder may
 * need to find a mistake in a configuration.
 */
final class MqttReasons {

    private MqttReasons() {}

    /**
     * The reason code of a refusal in a packet of this type; in 3.1.1 the encoder makes the nearest
     * return code of it.
     */
    static ReasonCode of(RefusalReason reason, PacketType packet) {
        ReasonCode code = of(reason);
        if (code.isAllowedIn(packet)) {
            return code;
        }
        return switch (code) {
            // Table 2-6 of MQTT 5.0 gives PUBACK, PUBREC and DISCONNECT other words for "not now".
            case SERVER_UNAVAILABLE, SERVER_BUSY, PACKET_TOO_LARGE -> ReasonCode.QUOTA_EXCEEDED;
            case TOPIC_NAME_INVALID -> ReasonCode.TOPIC_FILTER_INVALID;
            default -> ReasonCode.UNSPECIFIED_ERROR;
        };
    }

    private static ReasonCode of(RefusalReason reason) {
        return switch (reason) {
            case CERTIFICATE_MISSING,
                    CERTIFICATE_UNREADABLE,
                    CERTIFICATE_SELF_SIGNED,
                    CERTIFICATE_FROM_OTHER_CA,
                    CERTIFICATE_SIGNATURE_FORGED,
                    CERTIFICATE_UNREGISTERED,
                    CERTIFICATE_EXPIRED,
                    CERTIFICATE_NOT_YET_VALID,
                    CERTIFICATE_WRONG_USAGE,
                    CERTIFICATE_OF_CA,
                    CERTIFICATE_REVOKED,
                    CERTIFICATE_SUPERSEDED,
                    DEVICE_REVOKED,
                    DEVICE_SUSPENDED,
                    DEVICE_QUARANTINED,
                    ASSURANCE_TOO_LOW,
                    DEVICE_TOKEN_NOT_YET_VALID,
                    DEVICE_TOKEN_EXPIRED,
                    DEVICE_TOKEN_REVOKED,
                    DEVICE_TOKEN_SUPERSEDED,
                    ROTATION_WITHOUT_TOKEN,
                    ORGANIZATION_DISABLED,
                    CLIENT_ID_OF_ANOTHER,
                    FIREWALL_NETWORK,
                    TLS_HANDSHAKE_FAILED ->
                    ReasonCode.NOT_AUTHORIZED;
            case DEVICE_TOKEN_UNKNOWN, USER_NAME_OF_ANOTHER -> ReasonCode.BAD_USER_NAME_OR_PASSWORD;
            case PACKET_MALFORMED, WEBSOCKET_REFUSED -> ReasonCode.MALFORMED_PACKET;
            case CONNECT_NOT_FIRST, PROTOCOL_VIOLATED -> ReasonCode.PROTOCOL_ERROR;
            case PROTOCOL_VERSION_UNSUPPORTED -> ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
            case KEEPALIVE_MISSED -> ReasonCode.KEEP_ALIVE_TIMEOUT;
            case PACKET_TOO_LARGE, FIREWALL_PAYLOAD -> ReasonCode.PACKET_TOO_LARGE;
            case TOPIC_REFUSED -> ReasonCode.TOPIC_NAME_INVALID;
            case PAYLOAD_REFUSED,
                    PAYLOAD_NOT_SEALED,
                    ENVELOPE_REFUSED,
                    ENVELOPE_REPLAYED,
                    FIREWALL_SCHEMA,
                    CERTIFICATE_REQUEST_MALFORMED,
                    CERTIFICATE_REQUEST_UNPROVEN,
                    CERTIFICATE_REQUEST_KEY_REFUSED,
                    CERTIFICATE_REQUEST_KEY_TAKEN,
                    CERTIFICATE_REQUEST_NAME_REFUSED ->
                    ReasonCode.PAYLOAD_FORMAT_INVALID;
            case QUOTA_EXCEEDED,
                    FIREWALL_RATE,
                    TOO_MANY_REQUESTS,
                    RENEWALS_UNUSED_TOO_MANY,
                    STORAGE_FULL ->
                    ReasonCode.QUOTA_EXCEEDED;
            case MESSAGE_RATE_TOO_HIGH -> ReasonCode.MESSAGE_RATE_TOO_HIGH;
            case CONNECTION_RATE_EXCEEDED, FIREWALL_CONNECTS -> ReasonCode.CONNECTION_RATE_EXCEEDED;
            case SERVER_BUSY -> ReasonCode.SERVER_BUSY;
            case STORAGE_UNAVAILABLE, ISSUANCE_FAILED -> ReasonCode.SERVER_UNAVAILABLE;
            // Refusals of the other listeners, and those after which the connection is closed
            // without a word.
            default -> ReasonCode.UNSPECIFIED_ERROR;
        };
    }

    /** What the device may read about a refusal, as a property. */
    static MqttProperties words(RefusalReason reason) {
        return MqttProperties.of(MqttProperty.REASON_STRING, reason.clientText());
    }

    /**
     * The reason code of a CONNACK for a session that ended before it began: before CONNACK a
     * server must not send DISCONNECT [MQTT-3.14.0-1].
     */
    static ReasonCode beforeBegun(FarewellReason farewell) {
        return switch (farewell) {
            case DEVICE_REVOKED,
                    DEVICE_SUSPENDED,
                    DEVICE_QUARANTINED,
                    ASSURANCE_TOO_LOW,
                    ORGANIZATION_DISABLED,
                    CREDENTIAL_REVOKED,
                    CREDENTIAL_EXPIRED ->
                    ReasonCode.NOT_AUTHORIZED;
            case TAKEN_OVER -> ReasonCode.SERVER_BUSY;
            case MESSAGE_RATE_TOO_HIGH, QUOTA_EXCEEDED -> ReasonCode.QUOTA_EXCEEDED;
            case SERVER_STOPPING -> ReasonCode.SERVER_UNAVAILABLE;
        };
    }

    /** The reason code of a DISCONNECT by the server. */
    static ReasonCode of(FarewellReason farewell) {
        return switch (farewell) {
            case DEVICE_REVOKED,
                    DEVICE_SUSPENDED,
                    DEVICE_QUARANTINED,
                    ASSURANCE_TOO_LOW,
                    ORGANIZATION_DISABLED,
                    CREDENTIAL_REVOKED ->
                    ReasonCode.ADMINISTRATIVE_ACTION;
            case CREDENTIAL_EXPIRED -> ReasonCode.MAXIMUM_CONNECT_TIME;
            case TAKEN_OVER -> ReasonCode.SESSION_TAKEN_OVER;
            case MESSAGE_RATE_TOO_HIGH -> ReasonCode.MESSAGE_RATE_TOO_HIGH;
            case QUOTA_EXCEEDED -> ReasonCode.QUOTA_EXCEEDED;
            case SERVER_STOPPING -> ReasonCode.SERVER_SHUTTING_DOWN;
        };
    }

    /** What a broken MQTT rule is called in the server's own vocabulary. */
    static RefusalReason refusalOf(ReasonCode brokenRule) {
        return switch (brokenRule) {
            case MALFORMED_PACKET -> RefusalReason.PACKET_MALFORMED;
            case PACKET_TOO_LARGE -> RefusalReason.PACKET_TOO_LARGE;
            case UNSUPPORTED_PROTOCOL_VERSION -> RefusalReason.PROTOCOL_VERSION_UNSUPPORTED;
            case QUOTA_EXCEEDED -> RefusalReason.QUOTA_EXCEEDED;
            case TOPIC_NAME_INVALID, TOPIC_FILTER_INVALID -> RefusalReason.TOPIC_REFUSED;
            case PAYLOAD_FORMAT_INVALID -> RefusalReason.PAYLOAD_REFUSED;
            default -> RefusalReason.PROTOCOL_VIOLATED;
        };
    }
}
