/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import dev.breakwater.testkit.pki.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** TLS to one server of this machine, under its root and its name, from any source. Thread-safe. */
public final class TlsLine {

    private static final String SERVER_NAME = "localhost";
    private static final InetAddress SERVER = InetAddress.ofLiteral("127.0.0.1");
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);

    private final SSLContext context;

    private TlsLine(SSLContext context) {
        this.context = context;
    }

    /** TLS that believes this root only, without a certificate of its own. */
    public static TlsLine under(X509Certificate root) throws GeneralSecurityException, IOException {
        return new TlsLine(context(root, new KeyManager[0]));
    }

    /**
     * The same for somebody who shows a certificate to whoever asks, be it worth anything or not.
     */
    public static TlsLine under(X509Certificate root, TestIdentity shown)
            throws GeneralSecurityException, IOException {
        char[] noPassword = {};
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(shown.keyStore(noPassword), noPassword);
        return new TlsLine(context(root, keys.getKeyManagers()));
    }

    private static SSLContext context(X509Certificate root, KeyManager[] keys)
            throws GeneralSecurityException, IOException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("root", root);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    /** TCP alone. */
    public static Socket dial(InetAddress source, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.bind(new InetSocketAddress(source, 0));
            socket.connect(new InetSocketAddress(SERVER, port), millis(CONNECT_PATIENCE));
            return socket;
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }

    /**
     * TCP and a whole handshake.
     *
     * @param patience for the handshake and each read after it
     * @param protocols offered by ALPN; none when there are none
     */
    public SSLSocket open(InetAddress source, int port, Duration patience, String... protocols)
            throws IOException {
        Socket tcp = dial(source, port);
        try {
            tcp.setSoTimeout(millis(patience));
            if (!(context.getSocketFactory().createSocket(tcp, SERVER_NAME, port, true)
                    instanceof SSLSocket tls)) {
                throw new SSLException("the JDK's sockets of TLS are SSLSockets");
            }
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setApplicationProtocols(protocols);
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            return tls;
        } catch (IOException refused) {
            tcp.close();
            throw refused;
        }
    }

    /**
     * The first flight of a client, which costs whoever sends it again nothing and the server a
     * handshake's worth of cryptography.
     */
    public byte[] clientHello() throws SSLException {
        SSLEngine engine = context.createSSLEngine(SERVER_NAME, 0);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.beginHandshake();
        var _ = engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] bytes = new byte[hello.flip().remaining()];
        hello.get(bytes);
        return bytes;
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
