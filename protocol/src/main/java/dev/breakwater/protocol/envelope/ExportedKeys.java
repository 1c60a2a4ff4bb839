/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.AEAD;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;

/**
 * The keys of all envelopes that have one encapsulated key in common. Each envelope's key and nonce
 * are exported from the context of RFC 9180 by its sequence number (section 5.3, as RFC 9458
 * section 4.4 does for its responses), and not taken from the context's own counter: so any
 * envelope opens without those before it, which may be lost or come later. Safe for use by many
 * threads.
 */
final class ExportedKeys {

    private static final byte[] LABEL = "envelope key".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;

    private final HPKEContext context;

    ExportedKeys(HPKEContext context) {
        this.context = context;
    }

    /** The caller never asks for the same number with another payload: the nonce is the same. */
    byte[] seal(long number, byte[] header, byte[] payload) throws InvalidCipherTextException {
        return aead(number).seal(header, payload);
    }

    byte[] open(long number, byte[] header, byte[] envelope, int ciphertextAt)
            throws InvalidCipherTextException {
        return aead(number).open(header, envelope, ciphertextAt, envelope.length - ciphertextAt);
    }

    private AEAD aead(long number) {
        byte[] name =
                ByteBuffer.allocate(LABEL.length + Long.BYTES).put(LABEL).putLong(number).array();
        byte[] exported;
        // Bouncy Castle's context holds state while it computes.
        synchronized (context) {
            exported = context.export(name, KEY_BYTES + NONCE_BYTES);
        }
        byte[] key = Arrays.copyOf(exported, KEY_BYTES);
        byte[] nonce = Arrays.copyOfRange(exported, KEY_BYTES, KEY_BYTES + NONCE_BYTES);
        return new AEAD(HPKE.aead_CHACHA20_POLY1305, key, nonce);
    }
}
