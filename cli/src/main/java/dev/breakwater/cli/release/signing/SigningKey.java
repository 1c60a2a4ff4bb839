/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.MetadataSigner;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;

/** A key that is open and signs. */
public final class SigningKey implements MetadataSigner {

    private final MetadataSigner signer;
    private final PublicKey publicKey;

    SigningKey(MetadataSigner signer, PublicKey publicKey) {
        this.signer = signer;
        this.publicKey = publicKey;
    }

    /** A key in memory. */
    static SigningKey of(KeyPair pair) {
        return new SigningKey(
                new PrivateKeySigner(pair.getPrivate(), pair.getPublic()), pair.getPublic());
    }

    @Override
    public MetadataKey key() {
        return signer.key();
    }

    /** The public half. */
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) throws GeneralSecurityException {
        return signer.sign(message);
    }
}
