/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** Keys that sign metadata in tests. */
public final class TestSigners {

    private TestSigners() {}

    /** A new key of Ed25519. */
    public static PrivateKeySigner fresh() {
        try {
            return of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** A new key of ECDSA on P-256. */
    public static PrivateKeySigner freshP256() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return of(generator.generateKeyPair());
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static PrivateKeySigner of(KeyPair pair) {
        return new PrivateKeySigner(pair.getPrivate(), pair.getPublic());
    }
}
