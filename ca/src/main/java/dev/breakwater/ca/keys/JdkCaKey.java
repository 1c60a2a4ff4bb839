/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import org.jspecify.annotations.Nullable;

/** A key the JDK can sign with: in memory, or a handle to a token. */
final class JdkCaKey implements CaKey {

    private static final String ALGORITHM = "SHA256withECDSA";

    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final java.security.@Nullable Provider provider;

    /**
     * @param provider the token's provider, or null for the JDK's own
     */
    JdkCaKey(
            PrivateKey privateKey, PublicKey publicKey, java.security.@Nullable Provider provider) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.provider = provider;
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] content) throws KeyStoreFailed {
        try {
            Signature signature =
                    provider == null
                            ? Signature.getInstance(ALGORITHM)
                            : Signature.getInstance(ALGORITHM, provider);
            signature.initSign(privateKey);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException | ProviderException unusable) {
            throw new KeyStoreFailed(
                    "the key of the certificate authority does not sign; is its token there?",
                    unusable);
        }
    }

    /** Keeps the private key, which the JDK might print, out of every log. */
    @Override
    public String toString() {
        return "JdkCaKey[" + publicKey.getAlgorithm() + ", private part REDACTED]";
    }
}
