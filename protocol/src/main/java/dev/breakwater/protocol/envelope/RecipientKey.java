/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;

/**
 * A recipient's public key, as it is published to those who seal. Who gets it over a channel that
 * an attacker controls seals to the attacker: it comes over the authenticated channel, or with the
 * device's firmware. Immutable.
 */
public final class RecipientKey {

    /** The length of a public key of {@link Suite#X25519_CHACHA20_POLY1305}. */
    public static final int KEY_BYTES = 32;

    private final Suite suite;
    private final byte[] encoded;
    private final AsymmetricKeyParameter parameter;
    private final KeyId id;
    private final Validity validity;

    private RecipientKey(
            Suite suite, byte[] encoded, AsymmetricKeyParameter parameter, Validity validity) {
        this.suite = suite;
        this.encoded = encoded;
        this.parameter = parameter;
        this.id = KeyId.of(suite, encoded);
        this.validity = validity;
    }

    /**
     * Reads a published key. It is tried once, so that sealing to it does not fail later.
     *
     * @param encoded the public key as RFC 9180 section 7.1.1 has it; a copy is taken
     * @throws IllegalArgumentException if it is not {@value #KEY_BYTES} bytes long, or a point of
     *     low order, with which everybody would share the secret (RFC 9180 section 7.1.4)
     */
    public static RecipientKey of(Suite suite, byte[] encoded, Validity validity) {
        if (encoded.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a recipient's public key is " + KEY_BYTES + " bytes, not " + encoded.length);
        }
        HPKE hpke = suite.hpke();
        AsymmetricKeyParameter parameter = hpke.deserializePublicKey(encoded);
        try {
            var _ = hpke.setupBaseS(parameter, new byte[0]);
        } catch (IllegalStateException lowOrder) {
            throw new IllegalArgumentException(
                    "the recipient's public key is a point of low order", lowOrder);
        }
        return new RecipientKey(suite, encoded.clone(), parameter, validity);
    }

    /**
     * The key to seal to: of those that may be used at this instant the one that began last. None
     * if all have ended or none has begun.
     */
    public static Optional<RecipientKey> newest(List<RecipientKey> published, Instant now) {
        return published.stream()
                .filter(key -> key.validity.covers(now))
                .max(Comparator.comparing(key -> key.validity.notBefore()));
    }

    /** Its algorithms. */
    public Suite suite() {
        return suite;
    }

    /** Its name in envelopes. */
    public KeyId id() {
        return id;
    }

    /**
     * SHA-256 over the suite byte and the public key, as 64 hexadecimal digits: by this a device
     * that was given it beforehand knows the key from any other.
     */
    public String sha256() {
        return HexFormat.of().formatHex(KeyId.sha256(suite, encoded));
    }

    /** When it may be sealed to. */
    public Validity validity() {
        return validity;
    }

    /** A copy of the key itself. */
    public byte[] encoded() {
        return encoded.clone();
    }

    AsymmetricKeyParameter parameter() {
        return parameter;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecipientKey that
                && suite == that.suite
                && Arrays.equals(encoded, that.encoded)
                && validity.equals(that.validity);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id.value());
    }

    @Override
    public String toString() {
        return "RecipientKey[%s, %s, %s]".formatted(suite, id, validity);
    }
}
