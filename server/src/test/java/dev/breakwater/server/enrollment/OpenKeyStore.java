/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static java.util.Objects.requireNonNull;

import dev.breakwater.ca.keys.CaKey;
import dev.breakwater.ca.keys.CaKeyStore;
import dev.breakwater.ca.keys.CaRole;
import dev.breakwater.ca.keys.KeyStoreFailed;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of an authority, in memory, and within a test's reach: the worst forgeries are those the
 * authority's own key has signed.
 */
final class OpenKeyStore implements CaKeyStore {

    private final Map<CaRole, KeyPair> keys = new EnumMap<>(CaRole.class);
    private final Map<CaRole, X509Certificate> certificates = new EnumMap<>(CaRole.class);

    /** Signs whatever a test wants, with the authority's key and past all of its checks. */
    TestPki stolen(TestClock clock) {
        return TestPki.around(
                requireNonNull(certificates.get(CaRole.ISSUING)),
                requireNonNull(certificates.get(CaRole.ROOT)),
                requireNonNull(keys.get(CaRole.ISSUING)),
                clock);
    }

    @Override
    public Optional<CaKey> key(CaRole role) {
        return Optional.ofNullable(keys.get(role)).map(OpenKey::new);
    }

    @Override
    public CaKey generate(CaRole role) {
        KeyPair made = TestKeys.p256();
        keys.put(role, made);
        return new OpenKey(made);
    }

    @Override
    public Optional<X509Certificate> certificate(CaRole role) {
        return Optional.ofNullable(certificates.get(role));
    }

    @Override
    public void storeCertificate(CaRole role, X509Certificate certificate) {
        certificates.put(role, certificate);
    }

    private record OpenKey(KeyPair keys) implements CaKey {

        @Override
        public PublicKey publicKey() {
            return keys.getPublic();
        }

        @Override
        public byte[] sign(byte[] content) throws KeyStoreFailed {
            try {
                Signature signature = Signature.getInstance("SHA256withECDSA");
                signature.initSign(keys.getPrivate());
                signature.update(content);
                return signature.sign();
            } catch (GeneralSecurityException unusable) {
                throw new KeyStoreFailed("the test's key does not sign", unusable);
            }
        }
    }
}
