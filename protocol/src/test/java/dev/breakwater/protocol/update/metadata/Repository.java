/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Keys and files for the tests of this package. */
final class Repository {

    static final Instant EXPIRES = Instant.parse("2027-01-01T00:00:00Z");

    private Repository() {}

    static PrivateKeySigner ed25519() {
        try {
            return of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    static PrivateKeySigner p256() {
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

    static RoleKeys keys(int threshold, MetadataSigner... signers) {
        return new RoleKeys(List.of(signers).stream().map(MetadataSigner::key).toList(), threshold);
    }

    static Root root(RoleKeys all) {
        Map<TopRole, RoleKeys> roles = new EnumMap<>(TopRole.class);
        for (TopRole role : TopRole.values()) {
            roles.put(role, all);
        }
        return new Root(1, EXPIRES, true, roles);
    }
}
