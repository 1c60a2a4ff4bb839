/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.http.Audience;
import dev.breakwater.server.http.ClientCertificates;
import dev.breakwater.server.http.ErrorText;
import dev.breakwater.server.http.Guards;
import dev.breakwater.server.http.HttpVersions;
import dev.breakwater.server.http.HttpsListener;
import dev.breakwater.server.http.TlsIdentity;
import dev.breakwater.server.identity.DeviceRegistry;
import java.security.cert.X509Certificate;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;

/** The port on which devices enroll and renew: EST over HTTP/1.1. */
public final class EstListener implements AutoCloseable {

    private final HttpsListener listener;

    private EstListener(HttpsListener listener) {
        this.listener = listener;
    }

    /**
     * Binds the port and serves.
     *
     * @param host the address to bind
     * @param port 8884, or 0 for any free one
     * @param authorities what {@code cacerts} answers: issuing authority first, root last
     */
    public static EstListener start(
            String host,
            int port,
            TlsIdentity identity,
            Enrollment enrollment,
            Renewals renewals,
            DeviceRegistry registry,
            Guards guards,
            List<X509Certificate> authorities) {
        EstHandler handler =
                new EstHandler(
                        enrollment,
                        renewals,
                        registry,
                        guards.refusals(),
                        authorities,
                        guards.limits());
        HttpsListener.Settings settings =
                new HttpsListener.Settings(
                        "est",
                        host,
                        port,
                        Audience.DEVICES,
                        HttpVersions.HTTP_1_1,
                        ClientCertificates.ASKED);
        return new EstListener(
                HttpsListener.start(settings, identity, handler, new PlainText(), guards));
    }

    /** The port in use. */
    public int port() {
        return listener.port();
    }

    /** Uses another certificate from the next handshake on. */
    public void identify(TlsIdentity identity) {
        listener.identify(identity);
    }

    /** Stops accepting, lets requests in work end for a few seconds, then closes. */
    @Override
    public void close() {
        listener.close();
    }

    /** Errors are for people to read (RFC 8951 section 3.3.1), and say the status in words. */
    private static final class PlainText implements ErrorText {
        @Override
        public String contentType() {
            return "text/plain;charset=utf-8";
        }

        @Override
        public String body(int status) {
            return HttpStatus.getMessage(status) + "\n";
        }
    }
}
