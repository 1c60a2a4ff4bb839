/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.Will;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The message a device leaves behind for the case that it vanishes. It is published as any other
 * message of the device's own, to the same topics, when the connection ends without DISCONNECT 0x00
 * [MQTT-3.1.2-8]: lost, silent, or closed by the server because of what the device sent.
 *
 * <p>It is not published when the server says farewell. A revoked, suspended or expired identity
 * has no right to speak any more; after a takeover the device is there, on its new connection, and
 * a late "I am gone" would be false; and a stopping server says nothing about the device. As
 * nothing outlives the connection, the will delay interval has no effect (MQTT 5.0 section
 * 3.1.3.2.2), and like the session a will does not survive the server.
 */
final class LastWill {

    private static final Logger LOG = LoggerFactory.getLogger(LastWill.class);

    private final AuthenticatedDevice device;
    private final ChannelParts parts;
    private Optional<Will> will;

    /**
     * @param will on a topic that the device may publish to; checked before it was admitted
     */
    LastWill(Optional<Will> will, AuthenticatedDevice device, ChannelParts parts) {
        this.will = will;
        this.device = device;
        this.parts = parts;
    }

    /** The device has said goodbye: there is nothing to tell [MQTT-3.1.2-10]. */
    void forget() {
        will = Optional.empty();
    }

    /** Publishes it, once. */
    void publish() {
        will.ifPresent(
                message -> {
                    byte[] payload = new byte[message.payload().remaining()];
                    message.payload().get(payload);
                    parts.topics()
                            .publish(
                                    device,
                                    message.topic(),
                                    Publish.NO_PACKET_ID,
                                    payload,
                                    new Noted(device));
                });
        forget();
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
