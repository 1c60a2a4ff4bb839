/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import dev.breakwater.server.limits.Limit;
import java.util.Locale;

/** What is counted for each device. */
public enum Quota {
    /**
     * Packets that ask for something: PUBLISH, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, and WebSocket
     * pings.
     */
    PUBLISHES_PER_SECOND(
            Limit.DEVICE_PUBLISHES_PER_SECOND, Limit.DEVICE_PUBLISHES_PER_SECOND_HIGHEST),
    /** Bytes as they come over the network, TLS and WebSocket framing included. */
    BYTES_PER_SECOND(Limit.DEVICE_BYTES_PER_SECOND, Limit.DEVICE_BYTES_PER_SECOND_HIGHEST),
    /** Connections that are admitted. */
    CONNECTS_PER_SECOND(Limit.DEVICE_CONNECTS_PER_SECOND, Limit.DEVICE_CONNECTS_PER_SECOND_HIGHEST),
    /** Bytes of one payload. */
    PAYLOAD_BYTES(Limit.TELEMETRY_PAYLOAD_BYTES, Limit.TELEMETRY_PAYLOAD_BYTES),
    /** Filters that a device is subscribed to. */
    SUBSCRIPTIONS(Limit.CHANNEL_SUBSCRIPTIONS, Limit.CHANNEL_SUBSCRIPTIONS),
    /** Unacknowledged messages in each direction. */
    INFLIGHT(Limit.CHANNEL_INFLIGHT, Limit.CHANNEL_INFLIGHT);

    private final Limit byDefault;
    private final Limit highest;

    Quota(Limit byDefault, Limit highest) {
        this.byDefault = byDefault;
        this.highest = highest;
    }

    /** What a device may use when its product says nothing. */
    public Limit byDefault() {
        return byDefault;
    }

    /** The most that a product may give its devices. */
    public Limit highest() {
        return highest;
    }

    /** The name in notices, audit log and metrics, e.g. {@code publishes-per-second}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
