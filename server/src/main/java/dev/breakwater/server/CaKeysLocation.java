/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.protocol.sealing.SecretText;
import java.nio.file.Path;

/** Where the CA's private keys live. */
public sealed interface CaKeysLocation {

    /** In the data directory, sealed. */
    record SealedFiles() implements CaKeysLocation {}

    /**
     * In a PKCS#11 token, which never gives them out.
     *
     * @param library the token's PKCS#11 module
     * @param slot index in the module's list of slots
     * @param pin the user PIN
     */
    record Pkcs11Token(Path library, int slot, SecretText pin) implements CaKeysLocation {}
}
