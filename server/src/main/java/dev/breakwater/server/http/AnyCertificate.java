/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets every client certificate pass the handshake. That is no hole: TLS still verifies the
 * client's CertificateVerify (RFC 8446 section 4.4.3), so whoever gets through holds the
 * certificate's key, and the device registry, not a chain of signatures, is the trust store. The
 * look-up is made for every request, by fingerprint of the leaf; whoever skips it has proved
 * nothing, hence {@code AuthenticatedDevice} can only be made there.
 *
 * <p>It must be an extended trust manager: JSSE wraps others in checks of its own. It names no
 * acceptable issuers, so that clients send whatever they have and a wrong certificate is refused
 * with a reason in the audit log instead of a bare TLS alert.
 */
final class AnyCertificate extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw neverAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw neverAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw neverAClient();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private static IllegalStateException neverAClient() {
        return new IllegalStateException("this trust manager serves listeners only");
    }
}
