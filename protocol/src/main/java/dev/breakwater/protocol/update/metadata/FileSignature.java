/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.util.HexFormat;

/**
 * A signature as it stands in a file; nobody has verified it.
 *
 * @param keyId the key that is said to have made it
 * @param hex the signature; empty where a signer is still awaited, as some writers note it
 */
record FileSignature(KeyId keyId, String hex) {

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
