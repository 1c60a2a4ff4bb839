/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the other side sent is not MQTT as this side takes it; the connection must be closed. The
 * message is for operators and names the rule; the sender gets the {@link #reasonCode} at most. It
 * has no stack trace: an attacker decides how often it is thrown.
 */
public final class MalformedPacket extends Exception {

    private static final long serialVersionUID = 1;

    private final MqttRule rule;

    /** Null before CONNECT has named it. */
    private final @Nullable MqttVersion version;

    private MalformedPacket(MqttRule rule, @Nullable MqttVersion version, String message) {
        super(message, null, false, false);
        this.rule = rule;
        this.version = version;
    }

    static MalformedPacket breaking(
            MqttRule rule,
            @Nullable PacketType packet,
            @Nullable MqttVersion version,
            String detail) {
        StringBuilder message = new StringBuilder(160);
        message.append(packet == null ? "packet" : packet.name()).append(" refused: ");
        message.append(rule.sentence());
        if (!detail.isEmpty()) {
            message.append(" (").append(detail).append(')');
        }
        message.append(" [").append(rule.place(version)).append(']');
        return new MalformedPacket(rule, version, message.toString());
    }

    /** The rule that was broken. */
    public MqttRule rule() {
        return rule;
    }

    /** The version that the sender speaks; empty while its CONNECT has not named one we know. */
    public Optional<MqttVersion> version() {
        return Optional.ofNullable(version);
    }

    /** What to say in CONNACK or DISCONNECT before closing, where the version has a word for it. */
    public ReasonCode reasonCode() {
        return rule.reasonCode();
    }
}
