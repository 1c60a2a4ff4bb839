/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import org.jspecify.annotations.Nullable;

/** Which retained messages a new subscription asks for (MQTT 5.0 section 3.8.3.1). */
public enum RetainHandling {
    /** Send them at every SUBSCRIBE; the only behaviour of 3.1.1. */
    SEND(0),

    /** Send them only if the subscription did not exist before. */
    SEND_IF_NEW(1),

    /** Do not send them. */
    DO_NOT_SEND(2);

    private final int number;

    RetainHandling(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The choice for two bits off the wire; null for the forbidden value 3. */
    static @Nullable RetainHandling of(int bits) {
        return switch (bits) {
            case 0 -> SEND;
            case 1 -> SEND_IF_NEW;
            case 2 -> DO_NOT_SEND;
            default -> null;
        };
    }
}
