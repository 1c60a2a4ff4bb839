/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.protocol.attestation.Challenge;
import dev.breakwater.protocol.attestation.Marshalled;
import dev.breakwater.server.identity.CredentialFingerprint;
import java.security.MessageDigest;

/**
 * A challenge that waits for its answer. It is about one credential of one device: another one, of
 * the same device or not, cannot answer it.
 *
 * @param secret what the device's TPM has to give back
 */
record OpenChallenge(
        Challenge challenge,
        Marshalled secret,
        CredentialFingerprint credential,
        Endorsement endorsement,
        TpmPublic attestationKey) {

    /** In constant time: how much of a guess is right is not to be measured. */
    boolean isSolvedBy(Marshalled activated) {
        return MessageDigest.isEqual(secret.bytes(), activated.bytes());
    }
}
