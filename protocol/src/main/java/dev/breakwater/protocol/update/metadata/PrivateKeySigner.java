/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/**
 * Signs with a key of the Java Cryptography Architecture: one in memory, or one that never leaves a
 * token (PKCS#11), whose provider is found by the key.
 */
public final class PrivateKeySigner implements MetadataSigner {

    private final MetadataKey key;
    private final SignatureScheme scheme;
    private final PrivateKey privateKey;

    /**
     * Joins the halves of a key.
     *
     * @throws IllegalArgumentException if the public key is not Ed25519 or P-256
     */
    public PrivateKeySigner(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.scheme =
                switch (publicKey.getAlgorithm()) {
                    case "Ed25519", "EdDSA" -> SignatureScheme.ED25519;
                    case "EC", "ECDSA" -> SignatureScheme.ECDSA_P256;
                    default ->
                            throw new IllegalArgumentException(
                                    "metadata is signed with Ed25519 or ECDSA on P-256, not with "
                                            + publicKey.getAlgorithm());
                };
        this.key = MetadataKey.of(scheme, publicKey);
    }

    @Override
    public MetadataKey key() {
        return key;
    }

    @Override
    public byte[] sign(byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(scheme.algorithm());
        signature.initSign(privateKey);
        signature.update(message);
        return signature.sign();
    }
}
