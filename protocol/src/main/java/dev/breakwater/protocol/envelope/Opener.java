/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.jspecify.annotations.Nullable;

/**
 * Opens what others sealed to the keys of one ring, each envelope once.
 *
 * <pre>{@code
 * switch (opener.open(envelope, context, window)) {
 *     case Opening.Opened opened -> store(opened.payload());
 *     case Opening.Refused refused -> refuse(refused.fault());
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public final class Opener {

    /**
     * How far ahead of this side's clock an envelope may have been sealed. A sender whose clock is
     * further off is refused, since it would be refused for good once its clock is right.
     */
    public static final Duration CLOCK_AHEAD_MAX = Duration.ofDays(1);

    private static final int CIPHERTEXT_AT = EnvelopeHeader.BYTES + Sealer.ENCAPSULATED_BYTES;
    private static final int ENCAPSULATIONS_MAX = 256;

    private final InstantSource clock;
    private final int encapsulationsMax;
    private volatile KeyRing ring;

    /** What encapsulated keys came to, the longest unused first; guarded by itself. */
    private final LinkedHashMap<Encapsulated, ExportedKeys> known = new LinkedHashMap<>();

    /** An encapsulated key, by what was needed to use it. */
    private record Encapsulated(KeyId key, ByteBuffer bytes, EnvelopeContext context) {}

    /** Opens with the keys of this ring. */
    public Opener(KeyRing ring, InstantSource clock) {
        this(ring, clock, ENCAPSULATIONS_MAX);
    }

    /**
     * Opens with the keys of this ring.
     *
     * @param encapsulationsMax of how many encapsulated keys the secret is remembered, at about two
     *     kilobytes each: one for each sender and topic spares the multiplication on the curve
     */
    public Opener(KeyRing ring, InstantSource clock, int encapsulationsMax) {
        this.ring = ring;
        this.clock = clock;
        this.encapsulationsMax = encapsulationsMax;
    }

    /**
     * Opens with the keys of another ring from now on: a rotation. What is remembered of keys that
     * are not in it goes.
     */
    public void use(KeyRing rotated) {
        synchronized (known) {
            ring = rotated;
            known.keySet().removeIf(each -> rotated.find(each.key()).isEmpty());
        }
    }

    /**
     * Opens one envelope. The encryption is checked before the sequence number, so that nobody who
     * cannot seal moves the window, or learns what it has taken.
     *
     * @param envelope untrusted bytes of any length
     * @param context what the opener knows it to be, by the channel it came through
     * @param window what has been opened of this sender, in this direction; of this topic, where
     *     topics are read one after the other
     */
    public Opening open(byte[] envelope, EnvelopeContext context, ReplayWindow window) {
        return switch (opened(envelope, context)) {
            case Opening.Opened opened -> admitted(opened.payload(), opened.sequence(), window);
            case Opening.Refused refused -> refused;
        };
    }

    /**
     * Opens once more what {@link #open} has taken and somebody kept as it was: neither its number
     * nor its time is judged again.
     */
    public Opening reopen(byte[] envelope, EnvelopeContext context) {
        return opened(envelope, context);
    }

    private Opening opened(byte[] envelope, EnvelopeContext context) {
        Optional<EnvelopeFault> seen = Envelope.fault(envelope);
        if (seen.isPresent()) {
            return new Opening.Refused(seen.get());
        }
        EnvelopeHeader header = EnvelopeHeader.decoded(envelope);
        Optional<RecipientKeyPair> pair = ring.find(header.key());
        if (pair.isEmpty()
                || pair.get().isDestroyed()
                || pair.get().published().suite().number() != header.suite()) {
            return new Opening.Refused(EnvelopeFault.UNKNOWN_KEY);
        }
        try {
            return new Opening.Opened(
                    decrypted(envelope, header, context, pair.get()), header.sequence());
        } catch (InvalidCipherTextException | IllegalStateException broken) {
            // An encapsulated key of low order is the state that Bouncy Castle calls illegal; so is
            // a key that was destroyed a moment ago.
            return new Opening.Refused(EnvelopeFault.DOES_NOT_OPEN);
        }
    }

    private byte[] decrypted(
            byte[] envelope, EnvelopeHeader header, EnvelopeContext context, RecipientKeyPair pair)
            throws InvalidCipherTextException {
        ByteBuffer bytes = ByteBuffer.wrap(encapsulated(envelope));
        Encapsulated name = new Encapsulated(header.key(), bytes, context);
        ExportedKeys keys = recall(name);
        if (keys == null) {
            keys = new ExportedKeys(set(envelope, context, pair));
        }
        byte[] payload =
                keys.open(
                        header.sequence(),
                        Arrays.copyOf(envelope, EnvelopeHeader.BYTES),
                        envelope,
                        CIPHERTEXT_AT);
        // Only what has opened is remembered: whoever cannot seal pushes nothing out.
        remember(name, keys);
        return payload;
    }

    private @Nullable ExportedKeys recall(Encapsulated name) {
        synchronized (known) {
            return known.get(name);
        }
    }

    private void remember(Encapsulated name, ExportedKeys keys) {
        synchronized (known) {
            if (ring.find(name.key()).isPresent()) {
                known.putLast(name, keys);
            }
            if (known.size() > encapsulationsMax) {
                var _ = known.pollFirstEntry();
            }
        }
    }

    private static byte[] encapsulated(byte[] envelope) {
        return Arrays.copyOfRange(envelope, EnvelopeHeader.BYTES, CIPHERTEXT_AT);
    }

    private static HPKEContext set(
            byte[] envelope, EnvelopeContext context, RecipientKeyPair pair) {
        HPKE hpke = pair.published().suite().hpke();
        return hpke.setupBaseR(encapsulated(envelope), pair.parameters(hpke), context.bound());
    }

    private Opening admitted(byte[] payload, long sequence, ReplayWindow window) {
        long latest = Sequence.at(clock.instant().plus(CLOCK_AHEAD_MAX));
        // Numbers are unsigned on the wire; the upper half lies 292,000 years ahead.
        if (sequence < 0 || sequence > latest) {
            return new Opening.Refused(EnvelopeFault.AHEAD_OF_TIME);
        }
        return switch (window.take(sequence)) {
            case TAKEN -> new Opening.Opened(payload, sequence);
            case TAKEN_BEFORE -> new Opening.Refused(EnvelopeFault.REPLAYED);
            case BELOW_FLOOR -> new Opening.Refused(EnvelopeFault.TOO_OLD);
        };
    }
}
