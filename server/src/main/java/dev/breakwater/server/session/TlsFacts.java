/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

/**
 * What the TLS handshake of a connection agreed on, kept as long as its session for whoever asks
 * later. There are few combinations, and all connections of one combination share one object.
 *
 * @param protocol e.g. {@code TLSv1.3}
 * @param cipherSuite e.g. {@code TLS_AES_128_GCM_SHA256}
 * @param group of the key exchange, e.g. {@code X25519MLKEM768}; {@link #UNKNOWN} where the engine
 *     does not say
 * @param resumed whether an earlier session went on, so that the key of the certificate was proved
 *     then and not again
 */
public record TlsFacts(String protocol, String cipherSuite, String group, boolean resumed) {

    /** The group when the engine does not say. */
    public static final String UNKNOWN = "unknown";
}
