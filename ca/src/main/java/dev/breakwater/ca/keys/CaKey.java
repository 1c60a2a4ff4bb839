/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import java.security.PublicKey;

/** A private key of the authority, as the rest of the module sees it: it signs. */
public interface CaKey {

    /** The public half, as a key of the JDK's own provider. */
    PublicKey publicKey();

    /**
     * Signs with ECDSA and SHA-256.
     *
     * @return the signature as a DER sequence of r and s (RFC 3279 section 2.2.3)
     * @throws KeyStoreFailed if the key cannot be used, for example because its token was pulled
     */
    byte[] sign(byte[] content) throws KeyStoreFailed;
}
