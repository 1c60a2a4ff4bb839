/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What a listener proves itself with.
 *
 * @param key may live in a token; it never leaves this process either way
 * @param chain the listener's own certificate first, then those above it; the root only where
 *     clients know nothing but its fingerprint
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {

    /** Refuses an empty chain. */
    public TlsIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a TLS identity has at least one certificate");
        }
    }

    /**
     * The same identity with the root at the end of its chain, which RFC 8446 section 4.4.2 allows:
     * a client that was given the root's fingerprint can check the rest by itself.
     */
    public TlsIdentity withRoot(X509Certificate root) {
        List<X509Certificate> whole = new ArrayList<>(chain);
        whole.add(root);
        return new TlsIdentity(key, whole);
    }

    @Override
    public String toString() {
        return "TlsIdentity[key=[REDACTED], certificate="
                + chain.getFirst().getSubjectX500Principal()
                + "]";
    }
}
