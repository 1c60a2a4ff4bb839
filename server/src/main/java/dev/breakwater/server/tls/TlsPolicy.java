/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tls;

import dev.breakwater.server.limits.Limits;
import java.time.Clock;
import java.util.List;

/**
 * TLS as this process speaks it: 1.3, and 1.2 for old stacks (libest caps itself at 1.2); only
 * suites with forward secrecy and authenticated encryption; hybrid key exchange first where the
 * engine has it, so that what is recorded today stays closed to tomorrow's quantum computers.
 *
 * <p>Session tickets are allowed, for a bounded time and under keys that rotate: a resumed session
 * carries the peer's certificate, and the registry is asked about it again at every CONNECT and
 * every request, so that resumption gains nothing but time. Early data is off: it could be
 * replayed.
 *
 * @param engine who does the cryptography
 */
public record TlsPolicy(TlsEngine engine, Limits limits, Clock clock) {

    static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    static final List<String> SUITES =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /**
     * TLS for one listener.
     *
     * @param applicationProtocols that may be agreed on (RFC 7301), the preferred one first; empty
     *     where the caller agrees by itself or on nothing
     */
    public TlsStack stack(ClientCertificates clients, List<String> applicationProtocols) {
        return switch (engine) {
            case BORINGSSL -> new BoringSslStack(clients, applicationProtocols, limits, clock);
            case JDK -> new JdkStack(clients, limits);
        };
    }
}
