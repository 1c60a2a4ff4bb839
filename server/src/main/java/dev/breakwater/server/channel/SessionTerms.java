/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.Will;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.quota.QuotaTerms;
import java.time.Duration;
import java.util.Optional;

/**
 * What the device asked for in CONNECT and what it gets, as CONNACK says it.
 *
 * @param cleanStart whether the device wants to begin afresh
 * @param sessionExpiry how long the session outlives the connection; zero if it does not
 * @param keepAlive the one in force; never zero
 * @param sendWindow QoS 1 and 2 messages that may be on their way to the device at once
 * @param quota what the device may use
 * @param topicAliasesMax topic aliases that the device may use
 * @param packetBytesMax the largest packet that the server takes
 * @param explains whether the device wants reason strings in acknowledgements
 */
record SessionTerms(
        MqttVersion version,
        boolean cleanStart,
        Duration sessionExpiry,
        Duration keepAlive,
        int sendWindow,
        QuotaTerms quota,
        int topicAliasesMax,
        int packetBytesMax,
        boolean explains,
        Optional<Will> will) {

    /** Settles the terms; what the device does not say has the default of the specification. */
    static SessionTerms of(Connect connect, QuotaTerms quota, Limits limits) {
        MqttProperties wishes = connect.properties();
        return new SessionTerms(
                connect.version(),
                connect.cleanStart(),
                sessionExpiry(connect, limits.seconds(Limit.SESSION_EXPIRY_SECONDS)),
                keepAlive(connect, limits),
                Math.min(wishes.get(MqttProperty.RECEIVE_MAXIMUM).orElse(0xFFFF), quota.inflight()),
                quota,
                connect.version() == MqttVersion.V5 ? limits.of(Limit.CHANNEL_TOPIC_ALIASES) : 0,
                Math.min(
                        limits.of(Limit.CHANNEL_PACKET_BYTES),
                        quota.payloadBytes() + limits.of(Limit.CHANNEL_CONNECT_BYTES)),
                connect.version() == MqttVersion.V5
                        && wishes.get(MqttProperty.REQUEST_PROBLEM_INFORMATION).orElse(true),
                Optional.ofNullable(connect.will()));
    }

    /**
     * QoS 1 and 2 messages that the device may have on their way at once; as many may wait for a
     * place in the send window.
     */
    int inflightMax() {
        return quota.inflight();
    }

    /** Filters the device may be subscribed to. */
    int subscriptionsMax() {
        return quota.subscriptions();
    }

    /** The largest packet that the device takes; counts for a refusal too. */
    static long packetBytesMaxOf(Connect connect) {
        return connect.properties()
                .get(MqttProperty.MAXIMUM_PACKET_SIZE_BYTES)
                .orElse(Long.MAX_VALUE);
    }

    /**
     * Version 3.1.1 knows no interval: a session that is not clean is kept as long as any, which
     * section 3.1.2.4 leaves to the server.
     */
    private static Duration sessionExpiry(Connect connect, Duration longest) {
        if (connect.version() == MqttVersion.V3_1_1) {
            return connect.cleanStart() ? Duration.ZERO : longest;
        }
        return atMost(longest, askedExpirySeconds(connect));
    }

    private static long askedExpirySeconds(Connect connect) {
        return connect.properties().get(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS).orElse(0L);
    }

    private static Duration atMost(Duration longest, long seconds) {
        return Duration.ofSeconds(Math.min(longest.toSeconds(), seconds));
    }

    /**
     * How long the session outlives the connection if the device changes its mind in DISCONNECT
     * (MQTT 5.0 section 3.14.2.2.2); a session that was to end with the connection still does.
     */
    Duration sessionExpiry(Disconnect goodbye, Limits limits) {
        return sessionExpiry.isZero()
                ? sessionExpiry
                : goodbye.properties()
                        .get(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS)
                        .map(
                                seconds ->
                                        atMost(
                                                limits.seconds(Limit.SESSION_EXPIRY_SECONDS),
                                                seconds))
                        .orElse(sessionExpiry);
    }

    /**
     * A device that turns the keep-alive off, or asks for one so long that a dead connection would
     * stay for hours, gets ours. Version 3.1.1 has no place to say so, but lets a server close a
     * silent connection whenever it likes (section 3.1.2.10).
     */
    private static Duration keepAlive(Connect connect, Limits limits) {
        Duration longest = limits.seconds(Limit.CHANNEL_KEEPALIVE_SECONDS);
        Duration asked = Duration.ofSeconds(connect.keepAliveSeconds());
        return asked.isZero() || asked.compareTo(longest) > 0 ? longest : asked;
    }

    /**
     * The answer that says what the device has got.
     *
     * @param sessionPresent whether an earlier session goes on [MQTT-3.2.2-2, MQTT-3.2.2-3]
     */
    ConnAck accepted(Connect connect, DeviceId device, boolean sessionPresent) {
        if (version == MqttVersion.V3_1_1) {
            return new ConnAck(sessionPresent, ReasonCode.SUCCESS, MqttProperties.EMPTY);
        }
        MqttProperties.Builder properties =
                MqttProperties.builder()
                        .with(MqttProperty.RECEIVE_MAXIMUM, inflightMax())
                        .with(MqttProperty.MAXIMUM_PACKET_SIZE_BYTES, (long) packetBytesMax)
                        .with(MqttProperty.TOPIC_ALIAS_MAXIMUM, topicAliasesMax)
                        .with(MqttProperty.SUBSCRIPTION_IDENTIFIERS_AVAILABLE, false)
                        .with(MqttProperty.SHARED_SUBSCRIPTION_AVAILABLE, false);
        if (askedExpirySeconds(connect) != sessionExpiry.toSeconds()) {
            properties.with(
                    MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS, sessionExpiry.toSeconds());
        }
        if (connect.keepAliveSeconds() != keepAlive.toSeconds()) {
            properties.with(
                    MqttProperty.SERVER_KEEP_ALIVE_SECONDS, Math.toIntExact(keepAlive.toSeconds()));
        }
        if (connect.clientId().isEmpty()) {
            properties.with(MqttProperty.ASSIGNED_CLIENT_IDENTIFIER, device.toString());
        }
        return new ConnAck(sessionPresent, ReasonCode.SUCCESS, properties.build());
    }

    /** When a device that has said nothing for so long counts as gone [MQTT-3.1.2-22]. */
    Duration silenceMax() {
        return keepAlive.multipliedBy(3).dividedBy(2);
    }
}
