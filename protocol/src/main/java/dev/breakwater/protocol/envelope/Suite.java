/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.hpke.HPKE;

/**
 * The algorithms of an envelope, by its suite byte.
 *
 * <p>X25519 and not P-256: in Bouncy Castle it takes less than half the time and 33 bytes less a
 * message, and it has no curve points to check. ChaCha20-Poly1305 and not AES-GCM: devices without
 * AES instructions compute it in constant time, and AES in Java tables does not.
 *
 * <p>A further byte is a further suite. The hybrid of X25519 and ML-KEM-768 (X-Wing, KEM 0x647A) is
 * in Bouncy Castle, but still a draft, and its encapsulated key is 1120 bytes: it does not fit each
 * message. Until then a recorded envelope is as safe from a quantum computer as the hybrid key
 * exchange of the channel around it makes it.
 */
public enum Suite {
    /** DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. */
    X25519_CHACHA20_POLY1305(
            1, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_CHACHA20_POLY1305);

    private final byte number;
    private final short kem;
    private final short kdf;
    private final short aead;

    Suite(int number, short kem, short kdf, short aead) {
        this.number = (byte) number;
        this.kem = kem;
        this.kdf = kdf;
        this.aead = aead;
    }

    /** What stands in an envelope for it. */
    public byte number() {
        return number;
    }

    /** The suite of this number, if it is known here. */
    public static Optional<Suite> of(byte number) {
        return Arrays.stream(values()).filter(suite -> suite.number == number).findFirst();
    }

    /** A fresh one each time: it holds state while it works, and is cheap to make. */
    HPKE hpke() {
        return new HPKE(HPKE.mode_base, kem, kdf, aead);
    }
}
