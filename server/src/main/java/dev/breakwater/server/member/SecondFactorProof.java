/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

/** What somebody shows to prove a second factor. */
public sealed interface SecondFactorProof {

    /** Six digits of an authenticator app. */
    record Totp(String code) implements SecondFactorProof {

        @Override
        public String toString() {
            return "TOTP [REDACTED]";
        }
    }

    /** One of the codes for when all else is lost. */
    record Recovery(String code) implements SecondFactorProof {

        @Override
        public String toString() {
            return "recovery code [REDACTED]";
        }
    }

    /**
     * What an authenticator signed (WebAuthn Level 3 section 5.2.2).
     *
     * @param credentialId base64url, without padding
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Signed(
            String credentialId, byte[] authenticatorData, byte[] clientData, byte[] signature)
            implements SecondFactorProof {}
}
