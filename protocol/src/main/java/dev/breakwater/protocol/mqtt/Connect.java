/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The client introduces itself (section 3.1). What it says here is a wish, never a proof: a
 * device's identity comes from its credential (invariant I1).
 *
 * @param cleanStart start without an old session; called "clean session" in 3.1.1, where it also
 *     means that none is kept
 * @param keepAliveSeconds 0 to 65,535; 0 turns the keep-alive off
 * @param clientId empty when the server is to choose one
 * @param password read-only and a copy of its own; a secret, so {@code toString} hides it. In 3.1.1
 *     only together with a user name [MQTT-3.1.2-22]
 */
public record Connect(
        MqttVersion version,
        boolean cleanStart,
        int keepAliveSeconds,
        String clientId,
        @Nullable Will will,
        @Nullable String userName,
        @Nullable ByteBuffer password,
        MqttProperties properties)
        implements MqttPacket {

    public Connect {
        if (keepAliveSeconds < 0 || keepAliveSeconds > 0xFFFF) {
            throw new IllegalArgumentException("a keep-alive is 0 to 65535 seconds");
        }
        properties.requireAllowedIn(PropertySection.CONNECT);
        password = password == null ? null : Bytes.copyOf(password);
    }

    /** Without will, user name, password and properties: what a device with a certificate sends. */
    public Connect(MqttVersion version, boolean cleanStart, int keepAliveSeconds, String clientId) {
        this(
                version,
                cleanStart,
                keepAliveSeconds,
                clientId,
                null,
                null,
                null,
                MqttProperties.EMPTY);
    }

    /** A fresh view from the first byte; moving its position changes nothing here. */
    @Override
    public @Nullable ByteBuffer password() {
        return password == null ? null : password.duplicate();
    }

    @Override
    public PacketType type() {
        return PacketType.CONNECT;
    }

    /** Leaves out the password and what the will and the properties carry. */
    @Override
    public String toString() {
        return "Connect[version=%s, cleanStart=%s, keepAliveSeconds=%d, clientId=%s, will=%s, userName=%s, password=%s]"
                .formatted(
                        version,
                        cleanStart,
                        keepAliveSeconds,
                        clientId,
                        will == null ? "none" : will.topic(),
                        userName == null ? "none" : "[REDACTED]",
                        password == null ? "none" : "[REDACTED]");
    }
}
