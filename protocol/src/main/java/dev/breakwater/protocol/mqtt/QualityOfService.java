/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import org.jspecify.annotations.Nullable;

/** How hard sender and receiver try to deliver a message (MQTT 5.0 section 4.3). */
public enum QualityOfService {
    /** QoS 0: sent once, never answered. */
    AT_MOST_ONCE(0),

    /** QoS 1: sent until PUBACK, so it may arrive twice. */
    AT_LEAST_ONCE(1),

    /** QoS 2: PUBREC, PUBREL, PUBCOMP; arrives once. */
    EXACTLY_ONCE(2);

    private final int level;

    QualityOfService(int level) {
        this.level = level;
    }

    /** The number on the wire, 0 to 2. */
    public int level() {
        return level;
    }

    /** The lower of the two, as a server grants what both sides can do. */
    public QualityOfService atMost(QualityOfService limit) {
        return level <= limit.level ? this : limit;
    }

    /** The level for two bits off the wire; null for the forbidden value 3. */
    static @Nullable QualityOfService of(int bits) {
        return switch (bits) {
            case 0 -> AT_MOST_ONCE;
            case 1 -> AT_LEAST_ONCE;
            case 2 -> EXACTLY_ONCE;
            default -> null;
        };
    }
}
