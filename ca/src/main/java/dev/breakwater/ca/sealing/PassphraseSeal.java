/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.sealing;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.sealing.SecretText;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A small secret sealed with a passphrase in one piece, for a file that lies anywhere: the salt and
 * the cost of Argon2id stand before what a {@link SealingKey} made. Needs as long as the sealing
 * key of a server does, a second or so; who tries passphrases needs it for each.
 */
public final class PassphraseSeal {

    private PassphraseSeal() {}

    /**
     * Seals a secret.
     *
     * @param context what the secret is; needed again to open
     * @throws SealingKeyUnavailable if the passphrase is shorter than {@value Passphrase#CHARS_MIN}
     *     characters
     */
    public static byte[] seal(byte[] secret, byte[] context, SecretText passphrase)
            throws SealingKeyUnavailable {
        Passphrase.requireLong(passphrase);
        PassphraseHeader header =
                PassphraseHeader.withDefaultCost(SecureBytes.fresh(PassphraseHeader.SALT_BYTES));
        SealingKey key = header.derive(passphrase);
        try {
            byte[] sealed = key.seal(secret, bound(header, context));
            return ByteBuffer.allocate(PassphraseHeader.PARAMETER_BYTES + sealed.length)
                    .put(header.parameters())
                    .put(sealed)
                    .array();
        } finally {
            key.destroy();
        }
    }

    /**
     * Opens what {@link #seal} made.
     *
     * @param sealed untrusted bytes of any length
     * @return the secret; the caller wipes it when done
     * @throws SealingKeyUnavailable if it was sealed with another passphrase or as something else,
     *     or was changed, or is nothing of ours
     */
    public static byte[] open(byte[] sealed, byte[] context, SecretText passphrase)
            throws SealingKeyUnavailable {
        int length = Math.min(sealed.length, PassphraseHeader.PARAMETER_BYTES);
        PassphraseHeader header =
                PassphraseHeader.of(Arrays.copyOf(sealed, length))
                        .orElseThrow(
                                () ->
                                        new SealingKeyUnavailable(
                                                "it was not sealed with a passphrase"));
        SealingKey key = header.derive(passphrase);
        try {
            return key.open(
                    Arrays.copyOfRange(sealed, length, sealed.length), bound(header, context));
        } catch (SealBroken wrong) {
            throw new SealingKeyUnavailable("the passphrase is wrong, or it was changed", wrong);
        } finally {
            key.destroy();
        }
    }

    /** Whoever changes salt or cost breaks the seal. */
    private static byte[] bound(PassphraseHeader header, byte[] context) {
        return ByteBuffer.allocate(PassphraseHeader.PARAMETER_BYTES + context.length)
                .put(header.parameters())
                .put(context)
                .array();
    }
}
