/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.sealing;

import dev.breakwater.protocol.SecureBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.Destroyable;

/**
 * A 256-bit key that seals small secrets with AES-256-GCM (NIST SP 800-38D), through the JDK.
 *
 * <p>A sealed value is one version byte, a random 96-bit nonce, the ciphertext and its 128-bit tag.
 * The context is authenticated but not stored: it says what the value is ("ca key root"), so that
 * whoever can write the disk cannot swap one sealed value for another. One key may seal 2^32 values
 * before the chance of a repeated nonce matters (SP 800-38D section 8.3); at one a second that is
 * 136 years.
 *
 * <pre>{@code
 * byte[] context = "wifi credentials".getBytes(UTF_8);
 * byte[] sealed = key.seal(secret, context);
 * byte[] opened = key.open(sealed, context); // or SealBroken
 * }</pre>
 *
 * <p>Safe for use by many threads. {@link #destroy()} wipes this object's copy of the key; the
 * garbage collector may have left others, which is the best Java can do.
 */
public final class SealingKey implements Destroyable {

    /** The length of the key itself. */
    public static final int KEY_BYTES = 32;

    /** The longest plaintext: a megabyte is far above any key, certificate or column we seal. */
    public static final int PLAINTEXT_BYTES_MAX = 1 << 20;

    /** The longest context. */
    public static final int CONTEXT_BYTES_MAX = 1024;

    /** What sealing adds to the length of the plaintext: version, nonce and tag. */
    public static final int OVERHEAD_BYTES = 1 + 12 + 16;

    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final byte[] key;
    private boolean destroyed;

    private SealingKey(byte[] key) {
        this.key = key;
    }

    /**
     * Takes a copy of the key; the caller wipes its own.
     *
     * @throws IllegalArgumentException if it is not {@value #KEY_BYTES} bytes long, or all zero,
     *     which is what an unfilled buffer looks like
     */
    public static SealingKey of(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a sealing key is " + KEY_BYTES + " bytes, not " + key.length);
        }
        if (Arrays.equals(key, new byte[KEY_BYTES])) {
            throw new IllegalArgumentException("a sealing key is not all zeros");
        }
        return new SealingKey(key.clone());
    }

    /** A fresh random key that nothing else knows; what it seals is lost with it. */
    public static SealingKey random() {
        byte[] key = SecureBytes.fresh(KEY_BYTES);
        return new SealingKey(key);
    }

    /**
     * Seals a secret.
     *
     * @param plaintext at most {@value #PLAINTEXT_BYTES_MAX} bytes
     * @param context what the secret is, 1 to {@value #CONTEXT_BYTES_MAX} bytes; needed again to
     *     open
     * @return {@value #OVERHEAD_BYTES} bytes more than the plaintext
     * @throws IllegalArgumentException beyond these limits
     * @throws IllegalStateException if the key has been destroyed
     */
    public byte[] seal(byte[] plaintext, byte[] context) {
        requireWithin("plaintext", plaintext.length, 0, PLAINTEXT_BYTES_MAX);
        requireWithin("context", context.length, 1, CONTEXT_BYTES_MAX);
        byte[] sealed = new byte[plaintext.length + OVERHEAD_BYTES];
        byte[] nonce = SecureBytes.fresh(NONCE_BYTES);
        sealed[0] = VERSION;
        System.arraycopy(nonce, 0, sealed, 1, NONCE_BYTES);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, context);
            cipher.doFinal(plaintext, 0, plaintext.length, sealed, 1 + NONCE_BYTES);
            return sealed;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK cannot seal with AES-GCM", impossible);
        }
    }

    /**
     * Opens what {@link #seal} made.
     *
     * @param sealed untrusted bytes of any length
     * @param context the context it was sealed with
     * @return the plaintext; the caller wipes it when done
     * @throws SealBroken if the bytes were not sealed by this key for this context, or were changed
     * @throws IllegalStateException if the key has been destroyed
     */
    public byte[] open(byte[] sealed, byte[] context) throws SealBroken {
        requireWithin("context", context.length, 1, CONTEXT_BYTES_MAX);
        if (sealed.length < OVERHEAD_BYTES) {
            throw new SealBroken("sealed value is cut short: " + sealed.length + " bytes");
        }
        if (sealed.length > PLAINTEXT_BYTES_MAX + OVERHEAD_BYTES) {
            throw new SealBroken("sealed value is too long: " + sealed.length + " bytes");
        }
        if (sealed[0] != VERSION) {
            throw new SealBroken("sealed value has unknown version " + sealed[0]);
        }
        byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, nonce, context);
            return cipher.doFinal(sealed, 1 + NONCE_BYTES, sealed.length - 1 - NONCE_BYTES);
        } catch (AEADBadTagException broken) {
            throw new SealBroken(
                    "sealed value does not open: other key, other context, or changed bytes");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK cannot open AES-GCM", impossible);
        }
    }

    /** Wipes the key. Sealing and opening afterwards is an {@link IllegalStateException}. */
    @Override
    public synchronized void destroy() {
        Arrays.fill(key, (byte) 0);
        destroyed = true;
    }

    @Override
    public synchronized boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public String toString() {
        return "SealingKey[REDACTED]";
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, secretKey(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context);
        return cipher;
    }

    private synchronized SecretKeySpec secretKey() {
        if (destroyed) {
            throw new IllegalStateException("the sealing key has been destroyed");
        }
        return new SecretKeySpec(key, "AES");
    }

    private static void requireWithin(String noun, int length, int min, int max) {
        if (length < min || length > max) {
            throw new IllegalArgumentException(
                    noun + " must be " + min + " to " + max + " bytes, not " + length);
        }
    }
}
