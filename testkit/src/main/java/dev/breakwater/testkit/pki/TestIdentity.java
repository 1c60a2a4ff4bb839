/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.pki;

import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A key pair and the certificate chain presented with it, leaf first.
 *
 * @param keys the keys; for some forgeries the private key does not belong to the certificate
 * @param chain the chain a TLS client would send, leaf first, without the root
 */
public record TestIdentity(KeyPair keys, List<X509Certificate> chain) {

    /** Copies the chain. */
    public TestIdentity {
        chain = List.copyOf(chain);
    }

    /** The certificate that claims the identity. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /**
     * The same identity as an in-memory PKCS#12 store with alias {@code identity}, for a JSSE
     * client.
     */
    public KeyStore keyStore(char[] password) {
        return TestKeys.unchecked(
                () -> {
                    KeyStore store = KeyStore.getInstance("PKCS12");
                    store.load(null, null);
                    store.setKeyEntry(
                            "identity",
                            keys.getPrivate(),
                            password,
                            chain.toArray(new X509Certificate[0]));
                    return store;
                });
    }
}
