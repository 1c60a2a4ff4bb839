/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.TopicName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What an envelope is: not sent with it, known to both sides, and bound into the encryption (the
 * {@code info} of RFC 9180 section 5.1). An envelope that somebody moves to another organization,
 * device, direction or topic does not open there.
 *
 * <p>Each side takes it from what it knows for certain: the opener from the identity that the
 * channel has proven, never from the message. This is what makes up for HPKE's base mode, in which
 * anybody may seal to a public key: whoever seals has to get the envelope through the mutual TLS of
 * that very device. HPKE's authenticated modes would name the sender even when TLS is broken; they
 * need a Diffie-Hellman key at the sender, and a device's key is an ECDSA key, in a token that only
 * signs. So while TLS is broken an attacker who is in the middle of it can put in an envelope of
 * his own, and still reads none.
 *
 * @param organization the organization's id
 * @param device the device that sends or receives
 * @param direction which way it goes
 * @param topic the topic it goes by
 */
public record EnvelopeContext(
        UUID organization, DeviceId device, Direction direction, TopicName topic) {

    private static final byte[] LABEL = "breakwater envelope 2".getBytes(StandardCharsets.US_ASCII);
    private static final int UUID_BYTES = 16;

    /** Refuses the alias of a topic: it is bound by its name, which both sides know. */
    public EnvelopeContext {
        if (topic.isAliased()) {
            throw new IllegalArgumentException(
                    "an envelope's context needs the topic's name, not its alias");
        }
    }

    /**
     * Of what is sealed to a device's own key. The device need not know whose it is: the key is its
     * own, and its id belongs to one organization.
     */
    public static EnvelopeContext toDevice(DeviceId device, TopicName topic) {
        return new EnvelopeContext(new UUID(0, 0), device, Direction.TO_DEVICE, topic);
    }

    /** All but the last part have a fixed length, so that no two contexts are the same bytes. */
    byte[] bound() {
        byte[] name = topic.text().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bound =
                ByteBuffer.allocate(LABEL.length + 1 + 2 * UUID_BYTES + name.length)
                        .put(LABEL)
                        .put(direction.number())
                        .putLong(organization.getMostSignificantBits())
                        .putLong(organization.getLeastSignificantBits())
                        .putLong(device.uuid().getMostSignificantBits())
                        .putLong(device.uuid().getLeastSignificantBits())
                        .put(name);
        return bound.array();
    }
}
