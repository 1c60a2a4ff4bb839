/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.protocol.envelope.Direction;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.NoCurrentKey;
import dev.breakwater.protocol.envelope.Sealer;
import dev.breakwater.protocol.envelope.Sequence;
import dev.breakwater.protocol.message.EnvelopeKeyNotice;
import dev.breakwater.protocol.mqtt.TopicName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which key this device seals to: the one it was told last and may believe. A device that was given
 * hashes of its organization's keys believes keys with these hashes and no others, so that whoever
 * opened TLS, or broke into the server, cannot have it seal to a key of theirs, nor to the server's
 * instead. A device that was given none takes the server's key from the server, and never a key
 * that is said to be its organization's.
 */
final class BelievedKey {

    private static final Logger LOG = LoggerFactory.getLogger(BelievedKey.class);

    private final Set<String> hashes;
    private final CredentialSlots slots;
    private final Clock clock;
    private final AtomicReference<@Nullable Sequence> sequence = new AtomicReference<>();
    private final AtomicReference<@Nullable Told> told = new AtomicReference<>();

    /** A key and what seals to it. */
    private record Told(EnvelopeKeyNotice notice, Sealer sealer) {}

    /**
     * @param hashes SHA-256 of the keys that count; none if the server's does
     */
    BelievedKey(Set<String> hashes, CredentialSlots slots, Clock clock) {
        this.hashes = Set.copyOf(hashes);
        this.slots = slots;
        this.clock = clock;
    }

    void sealWith(Sequence wanted) {
        if (!sequence.compareAndSet(null, wanted)) {
            throw new IllegalStateException("this agent has a sequence already");
        }
    }

    /** Takes what the server told, or does not believe it. */
    void learn(EnvelopeKeyNotice notice) {
        boolean believed =
                hashes.isEmpty()
                        ? notice.ofServer()
                        : !notice.ofServer() && hashes.contains(notice.key().sha256());
        Sequence numbers = sequence.get();
        if (!believed) {
            LOG.warn(
                    "The key {} to seal to is not one that this device was given; it is not used",
                    notice.key().id());
        } else if (numbers != null) {
            Told before = told.get();
            if (before == null || !before.notice().key().equals(notice.key())) {
                told.set(new Told(notice, new Sealer(List.of(notice.key()), numbers, clock)));
                LOG.info("Seals to the key {} from now on", notice.key().id());
            }
        }
    }

    /** The envelope; empty as long as there is no key to seal to, or it has ended. */
    Optional<byte[]> seal(String topic, byte[] payload) {
        Told known = told.get();
        Optional<Credential> own = credential();
        if (known == null || own.isEmpty()) {
            return Optional.empty();
        }
        UUID organization = known.notice().organization();
        try {
            return Optional.of(
                    known.sealer()
                            .seal(
                                    payload,
                                    new EnvelopeContext(
                                            organization,
                                            own.get().deviceId(),
                                            Direction.FROM_DEVICE,
                                            TopicName.of(topic))));
        } catch (NoCurrentKey ended) {
            LOG.warn("Nothing can be sealed: {}", ended.getMessage());
            return Optional.empty();
        }
    }

    /** What this device proves itself with, where its id stands. */
    Optional<Credential> credential() {
        try {
            Optional<Credential> current = slots.current();
            return current.isPresent() ? current : slots.next();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the device's credential cannot be read", unreadable);
        }
    }
}
