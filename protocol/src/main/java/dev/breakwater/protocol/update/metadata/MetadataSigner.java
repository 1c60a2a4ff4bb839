/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.security.GeneralSecurityException;

/** Whoever signs with one key, wherever that is kept. */
public interface MetadataSigner {

    /** The public key, as it is listed. */
    MetadataKey key();

    /**
     * Signs with the private key.
     *
     * @param message the canonical form of what is signed, not hashed yet
     * @throws GeneralSecurityException if the key's place did not sign
     */
    byte[] sign(byte[] message) throws GeneralSecurityException;
}
