/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.protocol.attestation.Challenge;
import dev.breakwater.protocol.attestation.ChallengeAnswer;
import dev.breakwater.protocol.attestation.ChallengeRequest;
import java.io.IOException;

/**
 * Hardware that can prove to a server that a key of the device was made inside it and cannot leave.
 * Safe for use by many threads; every method blocks while the hardware works.
 */
public interface Attester {

    /**
     * Begins an attestation, with a fresh key of the hardware for it.
     *
     * @throws KeyUnavailable if the hardware does not do it
     */
    Introduction introduce() throws IOException;

    /** One attestation: what to ask the server with, and how to answer what it asks. */
    interface Introduction {

        /** Which hardware this is. */
        ChallengeRequest request();

        /**
         * Answers for a key.
         *
         * @param key from the same {@link DeviceKeys}
         * @throws KeyUnavailable if the hardware does not do it: a challenge that is not for this
         *     hardware, or a key that is not in it
         */
        ChallengeAnswer answer(Challenge challenge, DeviceKey key) throws IOException;
    }
}
