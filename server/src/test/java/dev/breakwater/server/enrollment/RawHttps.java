/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.http.OneIdentity;
import dev.breakwater.testkit.pki.TestIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A TLS socket and nothing in between: what a test writes is what the server reads. */
public final class RawHttps {

    private static final int PATIENCE_MILLISECONDS = 20_000;

    private final SSLContext context;
    private final int port;

    /** To a port of this machine. */
    public RawHttps(int port, X509Certificate trusted, Optional<TestIdentity> client)
            throws Exception {
        this.port = port;
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("root", trusted);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(anchors);
        KeyManager[] keys = client.stream().map(OneIdentity::new).toArray(KeyManager[]::new);
        context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
    }

    /** A response as it came: nothing is interpreted but the end of the head. */
    public record Raw(String head, String body) {

        /** The first line. */
        public String statusLine() {
            return head.substring(0, head.indexOf("\r\n"));
        }

        /** The status in it. */
        public int status() {
            return Integer.parseInt(statusLine().split(" ", -1)[1]);
        }
    }

    /** Connects; with these versions of TLS alone if any are named. */
    public SSLSocket connect(String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout(PATIENCE_MILLISECONDS);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        return socket;
    }

    /** Sends these bytes and reads until the server closes. */
    public Raw exchange(String request, String... protocols) throws IOException {
        try (SSLSocket socket = connect(protocols)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        }
    }

    /**
     * Sends these bytes, reads until the server closes, and tells when the TLS session began, in
     * milliseconds since 1970: a resumed one began earlier than its connection.
     */
    long sessionAfter(String request, String... protocols) throws IOException {
        try (SSLSocket socket = connect(protocols)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            read(socket.getInputStream());
            return socket.getSession().getCreationTime();
        }
    }

    private static Raw read(InputStream in) throws IOException {
        String all = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        int end = all.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("no response came but: " + all);
        }
        return new Raw(all.substring(0, end + 2), all.substring(end + 4));
    }
}
