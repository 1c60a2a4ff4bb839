/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.Serial;
import java.security.PrivateKey;
import java.security.SignatureException;
import org.jspecify.annotations.Nullable;

/** A handle to a private key in hardware: it signs there, and has no bytes to give. */
abstract sealed class TokenKey implements PrivateKey permits Pkcs11Key, TpmKey {

    static final String SIGNATURE = "SHA256withECDSA";

    @Serial private static final long serialVersionUID = 1;

    private final String description;

    TokenKey(String description) {
        this.description = description;
    }

    /**
     * Signs where the key is.
     *
     * @throws SignatureException whose cause is {@link KeyUnavailable}
     */
    abstract byte[] sign(byte[] content) throws SignatureException;

    /** Which key in what, for people. */
    final String description() {
        return description;
    }

    @Override
    public final String getAlgorithm() {
        return "EC";
    }

    @Override
    public final @Nullable String getFormat() {
        return null;
    }

    @Override
    public final byte @Nullable [] getEncoded() {
        return null;
    }

    @Override
    public final String toString() {
        return "TokenKey[" + description + "]";
    }
}
