/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PacketType;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.refusal.RefusalReason;
import java.util.Map;
import java.util.Optional;

/**
 * How a session ends, whoever decides it: the operator is told why, the device is told a reason
 * code where its version has one, and from that moment nothing is taken from it. It is decided
 * once; the socket may take another moment to close. It lives on the connection's event loop.
 */
final class SessionEnd {

    private final DeviceConnection connection;
    private final AuthenticatedDevice device;
    private final ChannelRefusals refusals;
    private final Runnable decision;
    private boolean decided;

    /**
     * @param decision runs once, when the end is decided
     */
    SessionEnd(
            DeviceConnection connection,
            AuthenticatedDevice device,
            ChannelRefusals refusals,
            Runnable decision) {
        this.connection = connection;
        this.device = device;
        this.refusals = refusals;
        this.decision = decision;
    }

    boolean isDecided() {
        return decided;
    }

    /** The operator should know; the device was or will be told, and the session goes on. */
    void noteRefused(RefusalReason reason, Map<String, String> details) {
        refusals.device(reason, device, connection.peer(), details);
    }

    /** The device broke a rule of MQTT that the decoder cannot know of. */
    void breach(ReasonCode code, String what) {
        if (!decided) {
            noteRefused(MqttReasons.refusalOf(code), Map.of("packet", what));
            say(Optional.of(code));
        }
    }

    /** The device sent what is no MQTT. */
    void malformed(MalformedPacket packet) {
        breach(packet.reasonCode(), String.valueOf(packet.getMessage()));
    }

    /** The server refuses to go on. */
    void refuse(RefusalReason reason, Map<String, String> details) {
        if (!decided) {
            noteRefused(reason, details);
            say(Optional.of(MqttReasons.of(reason, PacketType.DISCONNECT)));
        }
    }

    /**
     * The server refuses to go on with a device that does not even read: there is no point in a
     * DISCONNECT, and no memory for it.
     */
    void refuseUnheard(RefusalReason reason, Map<String, String> details) {
        if (!decided) {
            noteRefused(reason, details);
            cut();
        }
    }

    /** Closes the connection behind a last word, which says no more than why. */
    void say(Optional<ReasonCode> word) {
        say(word, MqttProperties.EMPTY);
    }

    /**
     * Closes the connection behind a last word.
     *
     * @param word what MQTT 5.0 says to the device before the connection closes; 3.1.1 says nothing
     * @param hints what else it says, if the device takes a packet of that size [MQTT-3.14.2-3]
     */
    void say(Optional<ReasonCode> word, MqttProperties hints) {
        lost();
        PacketWriter writer = connection.writer();
        if (writer.version() == MqttVersion.V5) {
            word.ifPresent(
                    code -> {
                        Disconnect full = new Disconnect(code, hints);
                        writer.write(writer.fits(full) ? full : new Disconnect(code));
                    });
        }
        writer.flush();
        writer.hangUp();
    }

    /** Closes the connection without a word. */
    void cut() {
        lost();
        connection.writer().hangUp();
    }

    /** The connection is gone, or as good as gone. */
    void lost() {
        if (!decided) {
            decided = true;
            connection.framing().stop();
            decision.run();
        }
    }
}
