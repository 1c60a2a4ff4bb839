/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.sealing;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * Characters nobody may see: a passphrase or a PIN. Never equal to another, never printed; wiped by
 * {@link #destroy()}. Safe for use by many threads.
 */
public final class SecretText implements Destroyable {

    /** The longest secret text. */
    public static final int CHARS_MAX = 1024;

    private final char[] text;
    private boolean destroyed;

    private SecretText(char[] text) {
        this.text = text;
    }

    /**
     * Takes a copy; the caller wipes its own.
     *
     * @throws IllegalArgumentException if it is empty or longer than {@value #CHARS_MAX} characters
     */
    public static SecretText of(char[] text) {
        if (text.length == 0 || text.length > CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a secret text is 1 to " + CHARS_MAX + " characters, not " + text.length);
        }
        return new SecretText(text.clone());
    }

    /** How many characters it has. */
    public int length() {
        return text.length;
    }

    /** A copy of the characters; the caller wipes it. */
    public synchronized char[] copy() {
        requireAlive();
        return text.clone();
    }

    /** The characters in UTF-8; the caller wipes the bytes. */
    public synchronized byte[] utf8() {
        requireAlive();
        // UTF-8 takes at most three bytes per char; the scratch buffer is wiped, not left behind.
        ByteBuffer scratch = ByteBuffer.wrap(new byte[text.length * 3]);
        if (StandardCharsets.UTF_8
                .newEncoder()
                .encode(CharBuffer.wrap(text), scratch, true)
                .isError()) {
            throw new IllegalArgumentException("the secret text has half a surrogate pair");
        }
        byte[] bytes = Arrays.copyOf(scratch.array(), scratch.position());
        Arrays.fill(scratch.array(), (byte) 0);
        return bytes;
    }

    @Override
    public synchronized void destroy() {
        Arrays.fill(text, '\0');
        destroyed = true;
    }

    @Override
    public synchronized boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public String toString() {
        return "SecretText[REDACTED]";
    }

    private void requireAlive() {
        if (destroyed) {
            throw new IllegalStateException("the secret text has been destroyed");
        }
    }
}
