/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;

/**
 * Seals payloads to one recipient: the server, a key that an organization keeps to itself, or a
 * device.
 *
 * <p>An envelope, whose numbers are big-endian:
 *
 * <table>
 * <caption>The bytes of an envelope</caption>
 * <tr><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>version, 0x1D</td></tr>
 * <tr><td>1</td><td>{@link Suite}, 0x01</td></tr>
 * <tr><td>2 to 9</td><td>{@link KeyId} of the recipient's key</td></tr>
 * <tr><td>10 to 17</td><td>sequence number ({@link Sequence})</td></tr>
 * <tr><td>18 to 49</td><td>encapsulated key, {@code enc} of RFC 9180</td></tr>
 * <tr><td>50 to end</td><td>ciphertext, as long as the payload, and its tag of 16 bytes</td></tr>
 * </table>
 *
 * <p>The encapsulated key is one of HPKE's base mode with {@code info} = {@link EnvelopeContext}.
 * It serves all that is sealed in that context for {@link #ENCAPSULATION_LIFE}, at most {@value
 * #ENVELOPES_MAX} envelopes, and stands in each of them; each has a key and a nonce of its own,
 * exported by its sequence number, with bytes 0 to 17 as {@code aad}. So any may be lost or come
 * late, the multiplications on the curve are made once, and whoever gets hold of this sender's
 * memory reads back as far as that life and no further. The length of the payload shows.
 *
 * <pre>{@code
 * Sealer sealer = new Sealer(published, new ClockSequence(clock), clock);
 * byte[] envelope = sealer.seal(reading, context);
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public final class Sealer {

    /** The longest payload: as long as the longest packet of the channel. */
    public static final int PAYLOAD_BYTES_MAX = 1 << 20;

    /** What sealing adds to the length of the payload. */
    public static final int OVERHEAD_BYTES =
            EnvelopeHeader.BYTES + Sealer.ENCAPSULATED_BYTES + Sealer.TAG_BYTES;

    /** How long an encapsulated key serves. */
    public static final Duration ENCAPSULATION_LIFE = Duration.ofMinutes(10);

    /** How many envelopes an encapsulated key serves. */
    public static final int ENVELOPES_MAX = 4_096;

    /** Contexts whose encapsulated key is kept: a device's topics. */
    private static final int CONTEXTS_MAX = 16;

    static final int ENCAPSULATED_BYTES = 32;
    static final int TAG_BYTES = 16;

    private final List<RecipientKey> recipient;
    private final Sequence sequence;
    private final InstantSource clock;

    /** The longest unused first; guarded by itself. */
    private final LinkedHashMap<EnvelopeContext, Encapsulation> encapsulations =
            new LinkedHashMap<>();

    /** An encapsulated key in use, and the last number it served. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Encapsulation(
            RecipientKey key,
            byte[] encapsulated,
            ExportedKeys keys,
            Instant begun,
            long lastNumber,
            int count) {

        /** A number that does not grow would be a nonce that is used twice. */
        boolean serves(RecipientKey wanted, long number, Instant now) {
            return key.equals(wanted)
                    && number > lastNumber
                    && count < ENVELOPES_MAX
                    && !now.isBefore(begun)
                    && now.isBefore(begun.plus(ENCAPSULATION_LIFE));
        }

        Encapsulation with(long number) {
            return new Encapsulation(key, encapsulated, keys, begun, number, count + 1);
        }
    }

    /**
     * Seals to the newest of the recipient's keys.
     *
     * @param recipient all that the recipient has published, and nobody else's
     * @param sequence this sender's only one
     */
    public Sealer(List<RecipientKey> recipient, Sequence sequence, InstantSource clock) {
        this.recipient = List.copyOf(recipient);
        this.sequence = sequence;
        this.clock = clock;
    }

    /**
     * Seals one payload. Twice the same payload makes two envelopes of which nothing shows that it
     * is the same.
     *
     * @param payload at most {@value #PAYLOAD_BYTES_MAX} bytes
     * @param context what it is; the opener has to know the same
     * @return {@value #OVERHEAD_BYTES} bytes more than the payload
     * @throws NoCurrentKey if all of the recipient's keys have ended, or none has begun
     * @throws IllegalArgumentException if the payload is too long
     * @throws java.io.UncheckedIOException if the sequence cannot be kept
     */
    public byte[] seal(byte[] payload, EnvelopeContext context) throws NoCurrentKey {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a payload to be sealed is at most %d bytes, not %d"
                            .formatted(PAYLOAD_BYTES_MAX, payload.length));
        }
        RecipientKey key = currentKey();
        Encapsulation encapsulation = encapsulation(key, context);
        long number = encapsulation.lastNumber();
        byte[] header = new EnvelopeHeader(key.suite().number(), key.id(), number).encoded();
        try {
            byte[] ciphertext = encapsulation.keys().seal(number, header, payload);
            return ByteBuffer.allocate(payload.length + OVERHEAD_BYTES)
                    .put(header)
                    .put(encapsulation.encapsulated())
                    .put(ciphertext)
                    .array();
        } catch (InvalidCipherTextException impossible) {
            throw new IllegalStateException("Bouncy Castle cannot seal", impossible);
        }
    }

    /** That whose last number is the one to be used now. */
    private Encapsulation encapsulation(RecipientKey key, EnvelopeContext context) {
        Instant now = clock.instant();
        synchronized (encapsulations) {
            long number = sequence.next();
            Encapsulation last = encapsulations.remove(context);
            Encapsulation serving =
                    last != null && last.serves(key, number, now)
                            ? last.with(number)
                            : fresh(key, number, context, now);
            encapsulations.put(context, serving);
            if (encapsulations.size() > CONTEXTS_MAX) {
                var _ = encapsulations.pollFirstEntry();
            }
            return serving;
        }
    }

    private static Encapsulation fresh(
            RecipientKey key, long number, EnvelopeContext context, Instant now) {
        HPKEContextWithEncapsulation sender =
                key.suite().hpke().setupBaseS(key.parameter(), context.bound());
        return new Encapsulation(
                key, sender.getEncapsulation(), new ExportedKeys(sender), now, number, 1);
    }

    private RecipientKey currentKey() throws NoCurrentKey {
        Instant now = clock.instant();
        return RecipientKey.newest(recipient, now)
                .orElseThrow(
                        () ->
                                new NoCurrentKey(
                                        "none of the recipient's %d keys is valid at %s: fetch what it publishes now"
                                                .formatted(recipient.size(), now)));
    }
}
