/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.TopicName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** A sender and a recipient who have one clock, which stands still until it is set. */
final class Party {

    static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    static final Validity MONTH = new Validity(START, START.plus(Duration.ofDays(30)));
    static final EnvelopeContext TELEMETRY =
            new EnvelopeContext(
                    UUID.fromString("0199c000-0000-7000-8000-000000000001"),
                    DeviceId.parse("0199c000-0000-7000-8000-000000000002"),
                    Direction.FROM_DEVICE,
                    TopicName.of(Topics.TELEMETRY));

    final AtomicReference<Instant> now = new AtomicReference<>(START);
    final InstantSource clock = now::get;
    final RecipientKeyPair pair = RecipientKeyPair.fresh(Suite.X25519_CHACHA20_POLY1305, MONTH);
    final KeyRing ring = KeyRing.of(List.of(pair));
    final Sequence sequence = new ClockSequence(clock);
    final Sealer sealer = new Sealer(ring.published(), sequence, clock);
    final Opener opener = new Opener(ring, clock);
    final ReplayWindow window = ReplayWindow.ofStranger();

    Opening open(byte[] envelope) {
        return opener.open(envelope, TELEMETRY, window);
    }

    static RecipientKeyPair pairFrom(Instant notBefore) {
        return RecipientKeyPair.fresh(
                Suite.X25519_CHACHA20_POLY1305,
                new Validity(notBefore, notBefore.plus(Duration.ofDays(30))));
    }
}
