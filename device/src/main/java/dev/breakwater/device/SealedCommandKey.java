/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.EnvelopeFault;
import dev.breakwater.protocol.envelope.KeyRing;
import dev.breakwater.protocol.envelope.Opener;
import dev.breakwater.protocol.envelope.Opening;
import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.envelope.ReplayWindow;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.mqtt.TopicName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key with which a device opens commands that are sealed to it. It is made here, kept in sealed
 * storage, and its private half never leaves the device. It does not live in a token where the
 * device's other key does: HPKE computes with it in this process.
 *
 * <p>How far commands have come is kept with it, and written before a command is carried out, so
 * that none opens a second time after a restart. Commands are few; a write for each is what that
 * costs.
 *
 * <pre>{@code
 * agent.openSealedCommands(SealedCommandKey.openOrCreate(storage, Clock.systemUTC()));
 * }</pre>
 */
public final class SealedCommandKey {

    private static final Logger LOG = LoggerFactory.getLogger(SealedCommandKey.class);

    private static final String KEY = "envelope-key";
    private static final String HIGHEST = "envelope-highest";

    /** Whoever seals decides when a key is used no more; here it opens as long as it is kept. */
    private static final Validity ALWAYS =
            new Validity(Instant.EPOCH, Instant.parse("9999-12-31T23:59:59Z"));

    private final SealedStorage storage;
    private final RecipientKey published;
    private final Opener opener;
    private final ReplayWindow window;

    private SealedCommandKey(
            SealedStorage storage, RecipientKeyPair pair, long highest, InstantSource clock) {
        this.storage = storage;
        this.published = pair.published();
        this.opener = new Opener(KeyRing.of(List.of(pair)), clock);
        this.window = ReplayWindow.startingAfter(highest);
    }

    /**
     * Reads the key, or makes it.
     *
     * @param storage this device's own, whose manifest declares {@link
     *     StorageManifest#sealedCommandItems}
     * @throws IOException if it cannot be read or written, or is damaged
     */
    public static SealedCommandKey openOrCreate(SealedStorage storage, InstantSource clock)
            throws IOException {
        Optional<byte[]> kept = storage.read(KEY);
        RecipientKeyPair pair =
                kept.isPresent()
                        ? RecipientKeyPair.of(Suite.X25519_CHACHA20_POLY1305, kept.get(), ALWAYS)
                        : RecipientKeyPair.fresh(Suite.X25519_CHACHA20_POLY1305, ALWAYS);
        if (kept.isEmpty()) {
            byte[] privateKey = pair.privateKey();
            storage.write(KEY, privateKey);
            Arrays.fill(privateKey, (byte) 0);
        }
        long highest =
                storage.read(HIGHEST).map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(0L);
        return new SealedCommandKey(storage, pair, highest, clock);
    }

    /** The public half. */
    public RecipientKey published() {
        return published;
    }

    /** What was sealed to this device on this topic; empty if it does not open, or did before. */
    synchronized Optional<byte[]> open(byte[] envelope, DeviceId device, String topic) {
        EnvelopeContext context = EnvelopeContext.toDevice(device, TopicName.of(topic));
        return switch (opener.open(envelope, context, window)) {
            case Opening.Refused(EnvelopeFault fault) -> {
                LOG.warn("A sealed command is not opened: {}", fault);
                yield Optional.empty();
            }
            case Opening.Opened(byte[] message, long number) -> {
                try {
                    storage.write(
                            HIGHEST,
                            ByteBuffer.allocate(Long.BYTES).putLong(window.highest()).array());
                    yield Optional.of(message);
                } catch (IOException unkept) {
                    // Carried out, it could be carried out again after a restart.
                    window.giveBack(number);
                    LOG.error("How far sealed commands have come cannot be kept", unkept);
                    yield Optional.empty();
                }
            }
        };
    }
}
