/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a listener proves itself with.
 *
 * @param key may live in a token; it never leaves this process either way
 * @param chain the listener's own certificate first, then those above it, without the root
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {

    /** Refuses an empty chain. */
    public TlsIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a TLS identity has at least one certificate");
        }
    }

    @Override
    public String toString() {
        return "TlsIdentity[key=[REDACTED], certificate="
                + chain.getFirst().getSubjectX500Principal()
                + "]";
    }
}
