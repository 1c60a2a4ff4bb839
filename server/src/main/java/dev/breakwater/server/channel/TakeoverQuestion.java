/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.session.FarewellReason;
import io.netty.util.Timeout;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a connection that was taken over whether somebody is still at its other end. Whoever answers
 * holds the device's key beside the one who has just connected with it, so one of them is a copy.
 *
 * <p>A device that lost its connection, its power or its address does not answer: it has closed, or
 * has forgotten, the connection before, and TLS lets nobody answer for it. What it sent earlier and
 * arrives late is no answer either, for the question's packet id was not on its way before. Only
 * who has subscribed to {@code me/takeovers} by name is asked, and has said thereby that it closes
 * a connection before it makes another; all others are sent away at once.
 *
 * <p>It lives on the connection's event loop.
 */
final class TakeoverQuestion {

    private static final Logger LOG = LoggerFactory.getLogger(TakeoverQuestion.class);
    private static final TopicName TOPIC = TopicName.of(Topics.TAKEOVERS);
    private static final TopicFilter FILTER = TopicFilter.of(Topics.TAKEOVERS);

    private final DeviceConnection connection;
    private final AuthenticatedDevice device;
    private final Deliveries deliveries;
    private final SessionEnd end;
    private final ChannelParts parts;
    private final Consumer<FarewellReason> dismissal;
    private OptionalInt asked = OptionalInt.empty();
    private @Nullable Timeout patience;

    /**
     * @param dismissal ends the session, on the connection's event loop, once it is answered or has
     *     been silent for too long
     */
    TakeoverQuestion(
            DeviceConnection connection,
            AuthenticatedDevice device,
            Deliveries deliveries,
            SessionEnd end,
            ChannelParts parts,
            Consumer<FarewellReason> dismissal) {
        this.connection = connection;
        this.device = device;
        this.deliveries = deliveries;
        this.end = end;
        this.parts = parts;
        this.dismissal = dismissal;
    }

    /** Asks, and sees to the session's end; false if there is nobody to be asked. */
    boolean ask() {
        if (end.isDecided()) {
            return false;
        }
        asked = deliveries.endBut(FILTER);
        if (asked.isEmpty()) {
            return false;
        }
        patience =
                parts.deadlines()
                        .after(
                                parts.limits().seconds(Limit.CHANNEL_TAKEOVER_SECONDS),
                                connection.loop(),
                                () -> dismissal.accept(FarewellReason.TAKEN_OVER));
        connection.writer().write(Publish.atLeastOnce(asked.getAsInt(), TOPIC, new byte[0]));
        connection.writer().flush();
        return true;
    }

    /** Takes what comes on a connection that speaks no more in the device's name. */
    void heard(MqttPacket packet) {
        if (packet instanceof PubAck answer
                && asked.isPresent()
                && asked.getAsInt() == answer.packetId()
                && !end.isDecided()) {
            asked = OptionalInt.empty();
            parts.blocking().runWhenPossible(this::answered);
        }
    }

    /** Blocks. */
    private void answered() {
        FarewellReason farewell = FarewellReason.TAKEN_OVER;
        try {
            parts.clones().answered(device, connection.peer());
            farewell = FarewellReason.DEVICE_QUARANTINED;
        } catch (RuntimeException later) {
            // The one who was sent away comes back, and then the other one is asked.
            LOG.error("{} may have been copied and cannot be taken off now", device, later);
        }
        FarewellReason reason = farewell;
        connection.onLoop(() -> dismissal.accept(reason), () -> {});
    }

    /** The connection is gone. */
    void end() {
        if (patience != null) {
            patience.cancel();
        }
    }
}
