/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.util.Arrays;
import javax.security.auth.Destroyable;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;

/**
 * A recipient's private key with its public one. Never printed.
 *
 * <p>Safe for use by many threads. {@link #destroy()} wipes this object's copy of the key; the
 * garbage collector may have left others, which is the best Java can do.
 */
public final class RecipientKeyPair implements Destroyable {

    /** The length of a private key of {@link Suite#X25519_CHACHA20_POLY1305}. */
    public static final int PRIVATE_KEY_BYTES = 32;

    private final byte[] privateKey;
    private final byte[] publicKey;
    private final RecipientKey published;
    private boolean destroyed;

    private RecipientKeyPair(byte[] privateKey, RecipientKey published) {
        this.privateKey = privateKey;
        this.publicKey = published.encoded();
        this.published = published;
    }

    /** A fresh key that nothing else knows; what is sealed to it is lost with it. */
    public static RecipientKeyPair fresh(Suite suite, Validity validity) {
        HPKE hpke = suite.hpke();
        AsymmetricCipherKeyPair pair = hpke.generatePrivateKey();
        return new RecipientKeyPair(
                hpke.serializePrivateKey(pair.getPrivate()),
                RecipientKey.of(suite, hpke.serializePublicKey(pair.getPublic()), validity));
    }

    /**
     * A key that was kept: what {@link #privateKey()} gave, sealed at rest meanwhile. The public
     * key is computed from it.
     *
     * @param privateKey a copy is taken; the caller wipes its own
     * @throws IllegalArgumentException if it is not {@value #PRIVATE_KEY_BYTES} bytes long, or all
     *     zero, which is what an unfilled buffer looks like
     */
    public static RecipientKeyPair of(Suite suite, byte[] privateKey, Validity validity) {
        if (privateKey.length != PRIVATE_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a recipient's private key is %d bytes, not %d"
                            .formatted(PRIVATE_KEY_BYTES, privateKey.length));
        }
        if (Arrays.equals(privateKey, new byte[PRIVATE_KEY_BYTES])) {
            throw new IllegalArgumentException("a recipient's private key is not all zeros");
        }
        HPKE hpke = suite.hpke();
        byte[] publicKey =
                hpke.serializePublicKey(hpke.deserializePrivateKey(privateKey, null).getPublic());
        return new RecipientKeyPair(
                privateKey.clone(), RecipientKey.of(suite, publicKey, validity));
    }

    /** What those who seal get. */
    public RecipientKey published() {
        return published;
    }

    /**
     * A copy of the private key, to be sealed and kept; the caller wipes it.
     *
     * @throws IllegalStateException if the key has been destroyed
     */
    public synchronized byte[] privateKey() {
        requireAlive();
        return privateKey.clone();
    }

    /** For one use: Bouncy Castle's copy cannot be wiped, so none is kept. */
    synchronized AsymmetricCipherKeyPair parameters(HPKE hpke) {
        requireAlive();
        return hpke.deserializePrivateKey(privateKey, publicKey);
    }

    /** Wipes the key. Nothing opens with it afterwards. */
    @Override
    public synchronized void destroy() {
        Arrays.fill(privateKey, (byte) 0);
        destroyed = true;
    }

    @Override
    public synchronized boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public String toString() {
        return "RecipientKeyPair[" + published.id() + ", REDACTED]";
    }

    private void requireAlive() {
        if (destroyed) {
            throw new IllegalStateException(
                    "the recipient's key " + published.id() + " has been destroyed");
        }
    }
}
