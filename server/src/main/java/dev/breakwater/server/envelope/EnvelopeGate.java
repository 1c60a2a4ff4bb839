/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.envelope.Direction;
import dev.breakwater.protocol.envelope.Envelope;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.EnvelopeFault;
import dev.breakwater.protocol.envelope.KeyId;
import dev.breakwater.protocol.envelope.Opener;
import dev.breakwater.protocol.envelope.Opening;
import dev.breakwater.protocol.envelope.ReplayWindow;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import java.util.Locale;
import java.util.Optional;

/**
 * Judges telemetry and events by what their product asks for, and opens what is sealed to the
 * server: on arrival, so that a replay is refused and not stored, and so that the firewall's
 * schemas hold for what is sealed as they do for what is not. What was opened is in memory for as
 * long as it is judged. Methods do not block but for {@link #lookUp}; opening costs some
 * microseconds, or some eighty where the encapsulated key is new.
 */
public final class EnvelopeGate {

    private static final Judgement AS_IT_IS = new Judgement.AsItIs();

    private final EnvelopeKeys keys;
    private final SealingPolicies policies;
    private final SealedWindows windows;
    private final EnvelopeNotices notices;

    EnvelopeGate(
            EnvelopeKeys keys,
            SealingPolicies policies,
            SealedWindows windows,
            EnvelopeNotices notices) {
        this.keys = keys;
        this.policies = policies;
        this.windows = windows;
        this.notices = notices;
    }

    /** What is to happen to a message. */
    public sealed interface Judgement {

        /** It is taken as it is, in clear or sealed to somebody else. */
        record AsItIs() implements Judgement {}

        /**
         * It was sealed to the server.
         *
         * @param content what is in it
         * @param number to be stored with it, or {@link #giveBack given back}
         */
        @SuppressWarnings("ArrayRecordComponent") // One hand-over; nobody compares them.
        record Opened(byte[] content, long number) implements Judgement {

            /** Without the content, which does not belong in a log. */
            @Override
            public String toString() {
                return "Opened[" + content.length + " bytes, number " + number + "]";
            }
        }

        /** It is not taken. */
        record Refused(RuntimeException why) implements Judgement {}
    }

    /** Whether {@link #lookUp} is needed before this message can be judged. */
    public boolean needsLookUp(AuthenticatedDevice device, byte[] payload) {
        return isSealed(payload)
                && policy(device).recipient() == KeyHolder.SERVER
                && !windows.has(device.id());
    }

    /** Looks up what was opened of the device before. Blocks. */
    public void lookUp(AuthenticatedDevice device) {
        if (policy(device).recipient() == KeyHolder.SERVER) {
            windows.lookUp(device.organization(), device.id());
        }
    }

    /** A profile that was raised after the device came in is in the policy, one before in both. */
    private SealingPolicy policy(AuthenticatedDevice device) {
        return policies.inForce(device.product()).raisedBy(device.risk());
    }

    private static boolean isSealed(byte[] payload) {
        return payload.length > 0 && Envelope.begins(payload[0]);
    }

    /** Judges a message on a topic whose messages are kept. */
    public Judgement judge(AuthenticatedDevice device, TopicName topic, byte[] payload) {
        SealingPolicy policy = policy(device);
        if (!isSealed(payload)) {
            return policy.sealing() == Sealing.REQUIRED
                    ? refusedAndTold(
                            device,
                            RefusalReason.PAYLOAD_NOT_SEALED,
                            "it is in clear; the product's devices seal to the key of the "
                                    + policy.recipient().code())
                    : AS_IT_IS;
        }
        if (Envelope.fault(payload).isPresent()) {
            // Whoever judges payloads says what is wrong with it.
            return AS_IT_IS;
        }
        if (policy.sealing() == Sealing.OFF) {
            return refused(RefusalReason.ENVELOPE_REFUSED, "the product takes nothing sealed");
        }
        KeyId name = Envelope.key(payload);
        Optional<EnvelopeKey> key =
                keys.named(device.organization(), name)
                        .filter(some -> some.holder() == policy.recipient());
        if (key.isPresent() && key.get().isReplaced()) {
            notices.tellAgain(device);
        }
        return switch (policy.recipient()) {
            case SERVER ->
                    key.isPresent()
                            ? opened(device, topic, payload)
                            : unknownKey(device, name, policy);
            case ORGANIZATION ->
                    key.isPresent() || keysAreGivenOutElsewhere(device, name)
                            ? AS_IT_IS
                            : unknownKey(device, name, policy);
        };
    }

    /**
     * An organization that has entered no key of its own gives its keys to its devices itself, and
     * there is nothing to compare with; but what is sealed to the server is not sealed to it.
     */
    private boolean keysAreGivenOutElsewhere(AuthenticatedDevice device, KeyId name) {
        return keys.named(device.organization(), name).isEmpty()
                && keys.of(device.organization()).stream()
                        .noneMatch(key -> key.holder() == KeyHolder.ORGANIZATION);
    }

    private Judgement unknownKey(AuthenticatedDevice device, KeyId name, SealingPolicy policy) {
        return refusedAndTold(
                device,
                RefusalReason.ENVELOPE_REFUSED,
                "it is sealed to %s, which is no key of the %s that counts now"
                        .formatted(name, policy.recipient().code()));
    }

    private Judgement opened(AuthenticatedDevice device, TopicName topic, byte[] payload) {
        Optional<ReplayWindow> window = windows.of(device.id());
        Optional<Opener> opener = keys.opener(device.organization());
        if (window.isEmpty() || opener.isEmpty()) {
            return new Judgement.Refused(
                    new StorageUnavailable("what the device sealed before cannot be looked up"));
        }
        EnvelopeContext context =
                new EnvelopeContext(
                        device.organization().uuid(), device.id(), Direction.FROM_DEVICE, topic);
        return switch (opener.get().open(payload, context, window.get())) {
            case Opening.Opened(byte[] content, long number) ->
                    new Judgement.Opened(content, number);
            case Opening.Refused(EnvelopeFault fault) ->
                    refused(reason(fault), "the envelope is refused: " + words(fault));
        };
    }

    private static RefusalReason reason(EnvelopeFault fault) {
        return switch (fault) {
            case REPLAYED, TOO_OLD -> RefusalReason.ENVELOPE_REPLAYED;
            case CUT_SHORT,
                    TOO_LONG,
                    UNKNOWN_VERSION,
                    UNKNOWN_SUITE,
                    UNKNOWN_KEY,
                    DOES_NOT_OPEN,
                    AHEAD_OF_TIME ->
                    RefusalReason.ENVELOPE_REFUSED;
        };
    }

    private static String words(EnvelopeFault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What was opened could not be kept, so that the device may send the same again. */
    public void giveBack(AuthenticatedDevice device, long number) {
        windows.of(device.id()).ifPresent(window -> window.giveBack(number));
    }

    /** Tells a device that listens which key to seal to. Blocks. */
    public void onSubscribed(AuthenticatedDevice device) {
        notices.tell(device);
    }

    private Judgement refusedAndTold(AuthenticatedDevice device, RefusalReason reason, String why) {
        notices.tellAgain(device);
        return refused(reason, why);
    }

    private static Judgement refused(RefusalReason reason, String why) {
        return new Judgement.Refused(new MessageRefused(reason, why));
    }
}
