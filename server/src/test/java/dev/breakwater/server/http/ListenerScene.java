/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.RecordingAuditLog;
import dev.breakwater.server.ban.AddressRange;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.tls.ClientCertificates;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.server.Handler;

/**
 * A listener for people with real TLS, and sockets to it with nothing in between. It asks for
 * certificates as that for devices does, since a handshake with one has the most steps.
 */
final class ListenerScene implements AutoCloseable {

    private static final int PATIENCE_MILLISECONDS = 20_000;

    final RecordingAuditLog audited = new RecordingAuditLog();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Bans bans;
    final HttpsListener listener;
    private final TestPki pki = TestPki.create(TestClock.atPresent());
    private final SSLContext context;

    ListenerScene(HttpVersions versions, Handler handler, Map<Limit, Integer> changed)
            throws Exception {
        this(versions, handler, changed, List.of());
    }

    ListenerScene(
            HttpVersions versions,
            Handler handler,
            Map<Limit, Integer> changed,
            List<AddressRange> proxies)
            throws Exception {
        Limits limits = Limits.with(changed);
        Moment.Source time = Moment.Source.of(Clock.systemUTC());
        bans = new Bans(limits, time, audited, meters, List.of());
        Refusals refusals = new Refusals(audited, meters, Clock.systemUTC(), 1_000, bans::count);
        TestIdentity identity = pki.server("127.0.0.1");
        listener =
                HttpsListener.start(
                        new HttpsListener.Settings(
                                "api",
                                "127.0.0.1",
                                0,
                                Audience.PEOPLE,
                                versions,
                                new TlsPolicy(TlsEngine.BORINGSSL, limits, Clock.systemUTC()),
                                ClientCertificates.ASKED,
                                proxies),
                        new TlsIdentity(identity.keys().getPrivate(), identity.chain()),
                        handler,
                        new Texts(),
                        new Guards(refusals, bans, limits));
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("root", pki.root());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(anchors);
        context = SSLContext.getInstance("TLS");
        char[] password = "changeit".toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(
                pki.device(DeviceId.fresh(), new DeviceSerial("TANK-1")).keyStore(password),
                password);
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    }

    /** A connection on which TLS has not begun, from this address of the loopback network. */
    Socket tcp(String from) throws IOException {
        return connected(new Socket(), from);
    }

    private Socket connected(Socket socket, String from) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLISECONDS);
        socket.bind(new java.net.InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.connect(
                new java.net.InetSocketAddress(
                        InetAddress.ofLiteral("127.0.0.1"), listener.port()));
        return socket;
    }

    /** A connection with TLS, on which these protocols were offered. */
    SSLSocket tls(String from, String... protocols) throws IOException {
        return tls(tcp(from), protocols);
    }

    /** A connection with TLS that sends this in one packet with the end of the handshake. */
    SSLSocket tlsWith(String from, byte[] request) throws IOException {
        HeldSocket held = new HeldSocket();
        SSLSocket socket = tls(connected(held, from));
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        held.release();
        return socket;
    }

    private SSLSocket tls(Socket tcp, String... protocols) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(tcp, "127.0.0.1", listener.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** A connection with TLS behind what a proxy says first. */
    SSLSocket tlsBehind(String proxy, byte[] said) throws IOException {
        Socket socket = tcp(proxy);
        socket.getOutputStream().write(said);
        SSLSocket tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(socket, "127.0.0.1", listener.port(), true);
        tls.startHandshake();
        return tls;
    }

    double refused(String reason) {
        return meters.counter("breakwater.refusals", "where", "api", "reason", reason).count();
    }

    @Override
    public void close() {
        listener.close();
    }

    private static final class Texts implements ErrorText {
        @Override
        public String contentType() {
            return "text/plain";
        }

        @Override
        public String body(int status) {
            return "status " + status;
        }
    }
}
