/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.RetryAfter;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.FarewellReason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tells a device that is sent away when to come back. Those who are sent away together are told
 * moments of their own within one window, so that they do not come back together (thundering herd);
 * whoever is sent away for what they did is told when they will be let in.
 */
final class ReconnectHints {

    private final Duration window;
    private final Quotas quotas;

    /**
     * @param window over which the return of devices is spread
     */
    ReconnectHints(Duration window, Quotas quotas) {
        this.window = window;
        this.quotas = quotas;
    }

    /** The properties of a CONNACK that refuses. */
    MqttProperties of(RefusalReason reason, Optional<Duration> wait) {
        Optional<Duration> hint =
                switch (reason) {
                    case SERVER_BUSY, STORAGE_UNAVAILABLE -> Optional.of(aMomentOfTheirOwn());
                    default -> wait.map(ReconnectHints::aLittleLater);
                };
        return words(Optional.of(reason.clientText()), hint);
    }

    /** The properties of the last packet of a session. */
    MqttProperties of(FarewellReason farewell, DeviceId device) {
        return switch (farewell) {
            case SERVER_STOPPING -> words(Optional.empty(), Optional.of(aMomentOfTheirOwn()));
            case MESSAGE_RATE_TOO_HIGH, QUOTA_EXCEEDED ->
                    words(
                            Optional.of(RefusalReason.QUOTA_EXCEEDED.clientText()),
                            quotas.waits(device).map(ReconnectHints::aLittleLater));
            case DEVICE_REVOKED,
                    DEVICE_SUSPENDED,
                    DEVICE_QUARANTINED,
                    ASSURANCE_TOO_LOW,
                    ORGANIZATION_DISABLED,
                    CREDENTIAL_REVOKED,
                    CREDENTIAL_EXPIRED,
                    TAKEN_OVER ->
                    MqttProperties.EMPTY;
        };
    }

    private static MqttProperties words(Optional<String> text, Optional<Duration> hint) {
        MqttProperties.Builder words = MqttProperties.builder();
        text.ifPresent(said -> words.with(MqttProperty.REASON_STRING, said));
        hint.ifPresent(wait -> words.with(MqttProperty.USER_PROPERTY, RetryAfter.of(wait)));
        return words.build();
    }

    private Duration aMomentOfTheirOwn() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, window.toMillis() + 1));
    }

    private static Duration aLittleLater(Duration wait) {
        return wait.plusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis() / 4 + 1));
    }
}
