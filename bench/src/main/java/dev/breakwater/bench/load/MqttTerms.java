/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttVersion;

/**
 * How the devices introduce themselves.
 *
 * @param version of MQTT
 * @param cleanStart whether an older session is forgotten
 * @param sessionExpirySeconds for how long the session outlives the connection; 3.1.1 keeps it for
 *     good unless it starts clean
 */
public record MqttTerms(MqttVersion version, boolean cleanStart, long sessionExpirySeconds) {

    private static final int KEEP_ALIVE_SECONDS = 1_200;

    /** A session that lives as long as its connection. */
    public static MqttTerms passing(MqttVersion version) {
        return new MqttTerms(version, true, 0);
    }

    /** A session that waits an hour for its device. */
    public static MqttTerms lasting(MqttVersion version) {
        return new MqttTerms(version, false, 3_600);
    }

    Connect connect(DeviceIdentity device) {
        MqttProperties properties =
                version == MqttVersion.V5 && sessionExpirySeconds > 0
                        ? MqttProperties.builder()
                                .with(
                                        MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS,
                                        sessionExpirySeconds)
                                .build()
                        : MqttProperties.EMPTY;
        return new Connect(
                version,
                cleanStart,
                KEEP_ALIVE_SECONDS,
                device.serial(),
                null,
                null,
                null,
                properties);
    }
}
