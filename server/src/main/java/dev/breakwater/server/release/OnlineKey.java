/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.update.metadata.Metadata;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.metadata.SignatureScheme;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.release.OnlineKeys.SealedKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Makes the server's own keys for products, P-256, which every TUF client verifies, and signs with
 * them. One is opened for one signature at a time and not held.
 */
final class OnlineKey {

    private static final String ALGORITHM = "EC";
    private static final String CURVE = "secp256r1";

    private final SealingKey sealingKey;

    OnlineKey(SealingKey sealingKey) {
        this.sealingKey = sealingKey;
    }

    SealedKey make(ProductId product, long number, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(new ECGenParameterSpec(CURVE));
            KeyPair pair = generator.generateKeyPair();
            byte[] privateKey = pair.getPrivate().getEncoded();
            try {
                return new SealedKey(
                        number,
                        pair.getPublic().getEncoded(),
                        sealingKey.seal(privateKey, context(product)),
                        now);
            } finally {
                Arrays.fill(privateKey, (byte) 0);
            }
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has P-256", impossible);
        }
    }

    /** The public half, as root and delegations list it. */
    static MetadataKey listed(byte[] publicKey) {
        return MetadataKey.of(SignatureScheme.ECDSA_P256, publicKey(publicKey));
    }

    private static PublicKey publicKey(byte[] encoded) {
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException damaged) {
            throw new IllegalStateException("a stored online key cannot be read", damaged);
        }
    }

    /** Signs with a key of a product. */
    byte[] sign(ProductId product, SealedKey key, Metadata metadata) {
        byte[] privateKey;
        try {
            privateKey = sealingKey.open(key.sealedPrivateKey(), context(product));
        } catch (SealBroken broken) {
            throw new IllegalStateException(
                    "the online key of product " + product + " cannot be opened", broken);
        }
        try {
            PrivateKeySigner signer =
                    new PrivateKeySigner(
                            KeyFactory.getInstance(ALGORITHM)
                                    .generatePrivate(new PKCS8EncodedKeySpec(privateKey)),
                            publicKey(key.publicKey()));
            return MetadataWriter.sign(metadata, List.of(signer));
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(
                    "the online key of product " + product + " does not sign", failed);
        } finally {
            Arrays.fill(privateKey, (byte) 0);
        }
    }

    /** So that a sealed key of one product cannot be put in the place of another's. */
    private static byte[] context(ProductId product) {
        return ("update key of product " + product).getBytes(StandardCharsets.UTF_8);
    }
}
