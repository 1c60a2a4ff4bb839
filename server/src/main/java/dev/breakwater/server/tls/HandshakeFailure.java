/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tls;

import dev.breakwater.server.refusal.RefusalReason;

/**
 * Why a handshake failed, for the operator. The engines tell their reasons apart by words only; a
 * test holds the words of each.
 *
 * @param words of the engine, or of {@link AnyProvenKey}
 */
public record HandshakeFailure(RefusalReason reason, String words) {

    /** What BoringSSL calls a client that was asked for a certificate and sent none. */
    private static final String NO_CERTIFICATE = "PEER_DID_NOT_RETURN_A_CERTIFICATE";

    /** What the JDK calls it. */
    private static final String NO_CERTIFICATE_JDK = "Empty client certificate chain";

    /** What BoringSSL calls a certificate whose key must not sign handshakes, such as a CA's. */
    private static final String WRONG_USAGE = "KEY_USAGE_BIT_INCORRECT";

    /** Reads it from what the engine has thrown. */
    public static HandshakeFailure of(Throwable cause) {
        // What the trust manager says stands behind the engine's words.
        Throwable origin = cause;
        while (origin.getCause() != null) {
            origin = origin.getCause();
        }
        String words = String.valueOf(origin.getMessage());
        return new HandshakeFailure(reasonOf(words), words);
    }

    private static RefusalReason reasonOf(String words) {
        if (words.contains(NO_CERTIFICATE) || words.contains(NO_CERTIFICATE_JDK)) {
            return RefusalReason.CERTIFICATE_MISSING;
        }
        return words.contains(WRONG_USAGE) || words.contains(AnyProvenKey.WRONG_USAGE)
                ? RefusalReason.CERTIFICATE_WRONG_USAGE
                : RefusalReason.TLS_HANDSHAKE_FAILED;
    }
}
