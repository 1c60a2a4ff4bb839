/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;

/**
 * The message the server publishes when the client is gone without a farewell (section 3.1.2.5).
 *
 * @param payload read-only and a copy of its own: it outlives the packet by as long as the session
 */
public record Will(
        TopicName topic,
        QualityOfService qos,
        boolean retain,
        MqttProperties properties,
        ByteBuffer payload) {

    public Will {
        properties.requireAllowedIn(PropertySection.WILL);
        payload = Bytes.copyOf(payload);
        if (payload.remaining() > Bytes.FIELD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a will message holds at most " + Bytes.FIELD_BYTES_MAX + " bytes");
        }
    }

    /** A fresh view from the first byte; moving its position changes nothing here. */
    @Override
    public ByteBuffer payload() {
        return payload.duplicate();
    }
}
