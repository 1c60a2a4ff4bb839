/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.envelope.ClockSequence;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.NoCurrentKey;
import dev.breakwater.protocol.envelope.Sealer;
import dev.breakwater.protocol.envelope.Sequence;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.protocol.message.OwnEnvelopeKey;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.command.CommandSealing;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keys that devices have said, and commands sealed to them. A command is sealed when it leaves, to
 * the key that the device has then; it stands in the store as whoever gave it wrote it.
 */
public final class SealedCommands implements CommandSealing {

    /** A device's key counts until the device says another. */
    public static final Validity ALWAYS =
            new Validity(Instant.EPOCH, Instant.parse("9999-12-31T23:59:59Z"));

    private final DeviceKeyStore store;
    private final Sequence sequence;
    private final Clock clock;
    private final MessageReader reader = MessageReader.forServer();

    /** Wires it. */
    public SealedCommands(DeviceKeyStore store, Clock clock) {
        this.store = store;
        this.sequence = new ClockSequence(clock);
        this.clock = clock;
    }

    /**
     * Takes a payload of {@code me/envelope-key}. Never blocks.
     *
     * @param completion told whether the key is another one than before, once it is durable, or
     *     {@link MessageRefused} if the payload is not acceptable
     */
    public void register(
            AuthenticatedDevice device, byte[] payload, Completion<Object> completion) {
        OwnEnvelopeKey own;
        try {
            own = reader.ownEnvelopeKey(payload, ALWAYS);
        } catch (MalformedMessage malformed) {
            completion.failed(
                    new MessageRefused(
                            RefusalReason.PAYLOAD_REFUSED, String.valueOf(malformed.getMessage())));
            return;
        }
        store.register(
                device.organization(),
                device.id(),
                new DeviceKey(own.key(), clock.instant().truncatedTo(ChronoUnit.MICROS)),
                AuditEvent.of(
                        device.organization(),
                        new Actor.ProvenDevice(device.id()),
                        AuditAction.DEVICE_ENVELOPE_KEY_REGISTERED,
                        "device:" + device.id(),
                        Map.of("sha256", own.key().sha256())),
                completion);
    }

    /** The device's key, if it has said one. Blocks. */
    public Optional<DeviceKey> keyOf(OrganizationId organization, DeviceId device) {
        return store.deviceKey(organization, device);
    }

    @Override
    public byte[] forDevice(
            OrganizationId organization, DeviceId device, CommandId command, byte[] message) {
        Optional<DeviceKey> key = keyOf(organization, device);
        if (key.isEmpty()) {
            return message;
        }
        try {
            return new Sealer(List.of(key.get().key()), sequence, clock)
                    .seal(
                            message,
                            EnvelopeContext.toDevice(
                                    device, TopicName.of(Topics.command(command))));
        } catch (NoCurrentKey impossible) {
            throw new IllegalStateException("a device's key does not end", impossible);
        }
    }
}
