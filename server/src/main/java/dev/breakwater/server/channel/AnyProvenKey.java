/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets every client certificate of sensible size pass the handshake whose key the client has proved
 * to hold: TLS verifies CertificateVerify (RFC 8446 section 4.4.3) before anything else happens.
 *
 * <p>That is no hole, because the registry is the trust store: {@code DeviceRegistry} looks the
 * leaf up at every CONNECT and decides alone. Building a path here would cost twice the CPU of the
 * handshake, would tell a stranger by a TLS alert which check failed, would leave the operator
 * without a reason, and could be tricked into fetching issuers by URL (CVE-2026-21945). It names no
 * acceptable issuers for the same reason: clients then send whatever they have.
 */
final class AnyProvenKey extends X509ExtendedTrustManager {

    private final int chainBytesMax;

    /**
     * @param chainBytesMax of all certificates that a client sends; BoringSSL itself bounds them,
     *     but not below 16 KiB
     */
    AnyProvenKey(int chainBytesMax) {
        this.chainBytesMax = chainBytesMax;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        int bytes = 0;
        for (X509Certificate certificate : chain) {
            bytes += certificate.getEncoded().length;
        }
        if (bytes > chainBytesMax) {
            throw new CertificateException(
                    "certificates of %d bytes, limit %d".formatted(bytes, chainBytesMax));
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw neverAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw neverAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw neverAClient();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private static CertificateException neverAClient() {
        return new CertificateException("the device channel never connects to a server");
    }
}
