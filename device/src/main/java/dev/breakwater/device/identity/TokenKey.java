/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.Serial;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.SignatureException;
import org.jspecify.annotations.Nullable;

/** A handle to a private key in a token: it signs there, and has no bytes to give. */
final class TokenKey implements PrivateKey {

    static final String SIGNATURE = "SHA256withECDSA";

    @Serial private static final long serialVersionUID = 1;

    private final String description;
    private final transient PrivateKey inside;
    private final transient Provider provider;

    TokenKey(String description, PrivateKey inside, Provider provider) {
        this.description = description;
        this.inside = inside;
        this.provider = provider;
    }

    /**
     * Signs in the token.
     *
     * @throws SignatureException whose cause is {@link KeyUnavailable}
     */
    byte[] sign(byte[] content) throws SignatureException {
        try {
            Signature signature = Signature.getInstance(SIGNATURE, provider);
            signature.initSign(inside);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException | RuntimeException refused) {
            // SunPKCS11 reports a token that is gone or broken as some RuntimeException or other.
            throw new SignatureException(
                    new KeyUnavailable(
                            "%s does not sign: %s"
                                    .formatted(description, OpenToken.answerIn(refused)),
                            refused));
        }
    }

    @Override
    public String getAlgorithm() {
        return "EC";
    }

    @Override
    public @Nullable String getFormat() {
        return null;
    }

    @Override
    public byte @Nullable [] getEncoded() {
        return null;
    }

    @Override
    public String toString() {
        return "TokenKey[" + description + "]";
    }
}
