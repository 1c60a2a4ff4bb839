/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.Will;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.LastWord;
import io.netty.channel.EventLoop;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The message a device leaves behind for the case that it vanishes. It is published as any other
 * message of the device's own, to the same topics, when the connection ends without DISCONNECT 0x00
 * [MQTT-3.1.2-8]: lost, silent, or closed by the server because of what the device sent. With a
 * will delay it is published when that has passed or the session ends, whichever comes first (MQTT
 * 5.0 section 3.1.3.2.2), and not at all if the device is back before [MQTT-3.1.3-9].
 *
 * <p>It is not published when the server says farewell. A revoked, suspended or expired identity
 * has no right to speak any more, and neither has one that becomes so during the delay; after a
 * takeover the device is there, on its new connection, and a late "I am gone" would be false; and a
 * stopping server says nothing about the device. A will, delayed or not, does not survive the
 * server.
 */
final class LastWill implements LastWord {

    private static final Logger LOG = LoggerFactory.getLogger(LastWill.class);

    private final AuthenticatedDevice device;
    private final EventLoop loop;
    private final ChannelParts parts;
    private Optional<Will> will;

    @GuardedBy("this")
    private @Nullable Timeout delay;

    @GuardedBy("this")
    private boolean settled;

    /**
     * @param will on a topic that the device may publish to; checked before it was admitted
     */
    LastWill(Optional<Will> will, AuthenticatedDevice device, EventLoop loop, ChannelParts parts) {
        this.will = will;
        this.device = device;
        this.loop = loop;
        this.parts = parts;
    }

    /** The device has said goodbye: there is nothing to tell [MQTT-3.1.2-10]. */
    void forget() {
        will = Optional.empty();
    }

    /**
     * The session's connection has ended: says the will if the session was still the device's own,
     * now or when its time has come.
     *
     * @param sessionExpiry how long the session outlives the connection
     */
    void leave(DeviceSession session, Duration sessionExpiry) {
        Duration wait = wait(sessionExpiry);
        if (will.isEmpty()) {
            parts.sessions().detach(session);
        } else if (wait.isZero()) {
            parts.sessions().detach(session, this::say);
        } else if (parts.sessions().detachUnsaid(session, this)) {
            sayAfter(wait);
        }
    }

    private Duration wait(Duration sessionExpiry) {
        long seconds =
                will.flatMap(
                                message ->
                                        message.properties()
                                                .get(MqttProperty.WILL_DELAY_INTERVAL_SECONDS))
                        .orElse(0L);
        int delayedMax = parts.limits().of(Limit.CHANNEL_WILLS_DELAYED);
        return parts.sessions().unsaid() < delayedMax
                ? Duration.ofSeconds(Math.min(seconds, sessionExpiry.toSeconds()))
                : Duration.ZERO;
    }

    /** The device may be back already, hence the look at what has become of it. */
    private synchronized void sayAfter(Duration wait) {
        if (!settled) {
            delay =
                    parts.deadlines()
                            .after(wait, loop, () -> parts.sessions().say(device.id(), this));
        }
    }

    @Override
    public OrganizationId organization() {
        return device.organization();
    }

    @Override
    public void say() {
        if (parts.clock().instant().isBefore(device.notAfter())) {
            will.ifPresent(this::publish);
        }
    }

    private void publish(Will message) {
        byte[] payload = new byte[message.payload().remaining()];
        message.payload().get(payload);
        parts.topics()
                .publish(device, message.topic(), Publish.NO_PACKET_ID, payload, new Noted(device));
    }

    /** Gives the memory back at once, however long the delay would have been. */
    @Override
    public synchronized void drop() {
        settled = true;
        if (delay != null) {
            delay.cancel();
        }
    }

    /** Nobody is left to be told. */
    private record Noted(AuthenticatedDevice device) implements Completion<Object> {

        @Override
        public void durable(Object value) {
            LOG.debug("the will of {} is stored", device);
        }

        @Override
        public void failed(RuntimeException cause) {
            LOG.warn("the will of {} is lost: {}", device, cause.getMessage());
        }
    }
}
