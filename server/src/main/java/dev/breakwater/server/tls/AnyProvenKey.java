/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tls;

import io.netty.handler.ssl.ResumableX509ExtendedTrustManager;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Lets every client certificate of sensible size pass the handshake whose key the client has proved
 * to hold: TLS verifies CertificateVerify (RFC 8446 section 4.4.3) before anything else happens.
 *
 * <p>That is no hole, because the registry is the trust store: {@code DeviceRegistry} looks the
 * leaf up at every CONNECT and every request, and decides alone. Building a path here would cost
 * twice the CPU of the handshake, would tell a stranger by a TLS alert which check failed, would
 * leave the operator without a reason, and could be tricked into fetching issuers by URL
 * (CVE-2026-21945). It names no acceptable issuers for the same reason: clients then send whatever
 * they have.
 *
 * <p>It must be an extended trust manager: JSSE wraps others in checks of its own. It also notices
 * which sessions were resumed: those prove no key again, and it is told of them in another way.
 */
public final class AnyProvenKey extends X509ExtendedTrustManager
        implements ResumableX509ExtendedTrustManager {

    /** What it says of a certificate whose key must not sign handshakes, such as a CA's. */
    static final String WRONG_USAGE = "a certificate whose key must not sign";

    /** The name under which a session says that it was resumed. */
    private static final String RESUMED = "breakwater.resumed";

    private static final int DIGITAL_SIGNATURE = 0;

    private final int chainBytesMax;
    private final boolean checksUsage;

    private AnyProvenKey(int chainBytesMax, boolean checksUsage) {
        this.chainBytesMax = chainBytesMax;
        this.checksUsage = checksUsage;
    }

    /**
     * For BoringSSL, which refuses by itself what must not sign: nothing is parsed here.
     *
     * @param chainBytesMax of all certificates that a client sends; BoringSSL itself bounds them,
     *     but not below 16 KiB
     */
    static AnyProvenKey behindBoringSsl(int chainBytesMax) {
        return new AnyProvenKey(chainBytesMax, false);
    }

    /** For the JDK, which leaves the key's usage to the trust manager (RFC 5280 4.2.1.3). */
    static AnyProvenKey behindJdk(int chainBytesMax) {
        return new AnyProvenKey(chainBytesMax, true);
    }

    /** Whether an earlier session went on with this one. */
    public static boolean isResumed(SSLSession session) {
        return session.getValue(RESUMED) != null;
    }

    @Override
    public void resumeClientTrusted(X509Certificate[] chain, SSLEngine engine) {
        engine.getSession().putValue(RESUMED, true);
    }

    @Override
    public void resumeServerTrusted(X509Certificate[] chain, SSLEngine engine)
            throws CertificateException {
        throw neverAClient();
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
        boolean @Nullable [] usage = checksUsage ? chain[0].getKeyUsage() : null;
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            throw new CertificateException(WRONG_USAGE);
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
        return new CertificateException("no listener connects to a server");
    }
}
