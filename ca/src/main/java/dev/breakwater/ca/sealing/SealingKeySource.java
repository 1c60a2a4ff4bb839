/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.sealing;

import dev.breakwater.protocol.sealing.SealingKey;

/** Gives the key under which the server seals its secrets. */
public sealed interface SealingKeySource permits KeyFile, SystemdCredential, Passphrase {

    /**
     * The key, which must exist already.
     *
     * @throws SealingKeyUnavailable in one sentence for the operator; nothing was changed
     */
    SealingKey open() throws SealingKeyUnavailable;
}
