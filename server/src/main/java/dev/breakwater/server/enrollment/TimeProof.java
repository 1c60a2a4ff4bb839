/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.status.StatusUnavailable;
import java.security.cert.X509Certificate;

/** Has the issuing authority say, now and for one nonce, that a certificate is good. */
@FunctionalInterface
public interface TimeProof {

    /**
     * An OCSP answer (RFC 6960), DER.
     *
     * @throws StatusUnavailable if none can be signed
     */
    byte[] vouch(X509Certificate certificate, byte[] nonce) throws StatusUnavailable;
}
