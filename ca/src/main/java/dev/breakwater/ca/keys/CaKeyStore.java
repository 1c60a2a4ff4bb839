/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Keeps the keys and certificates of the authority. Used by one process and, while it opens, by one
 * thread; the keys it hands out may be used by many.
 */
public interface CaKeyStore {

    /** The key of a role, if it has been made. */
    Optional<CaKey> key(CaRole role) throws KeyStoreFailed;

    /**
     * Makes a P-256 key, durable when this returns. A crash leaves the whole key or none that
     * counts.
     *
     * @throws KeyStoreFailed if there is one already: replacing it would orphan every certificate
     */
    CaKey generate(CaRole role) throws KeyStoreFailed;

    /** The certificate of a role, if it has been stored. */
    Optional<X509Certificate> certificate(CaRole role) throws KeyStoreFailed;

    /** Stores the certificate of a role, durable when this returns. */
    void storeCertificate(CaRole role, X509Certificate certificate) throws KeyStoreFailed;
}
