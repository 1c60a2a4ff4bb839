/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.peer;

import dev.breakwater.testkit.pki.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * An MQTT endpoint on 127.0.0.1 with mutual TLS that does exactly what the test says, over plain
 * MQTT and over WebSocket, told apart by the first byte as the server does.
 *
 * <pre>{@code
 * try (ScriptedMqttPeer peer = ScriptedMqttPeer.listen(pki.server("127.0.0.1"), pki.root())) {
 *     // ... a device connects to peer.port() ...
 *     MqttConversation device = peer.accept();
 *     device.welcome();
 *     Publish telemetry = device.expect(Publish.class);
 *     device.cut();
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public final class ScriptedMqttPeer implements AutoCloseable {

    /** How long any wait of a test lasts before it fails. */
    public static final Duration WAIT_MAX = Duration.ofSeconds(10);

    private final PeerTls tls;
    private final LinkedBlockingQueue<MqttConversation> accepted = new LinkedBlockingQueue<>();
    private final Set<SSLSocket> open = ConcurrentHashMap.newKeySet();
    private final int port;
    private volatile SSLServerSocket listener;

    private ScriptedMqttPeer(PeerTls tls) throws IOException {
        this.tls = tls;
        this.listener = bind(0);
        this.port = listener.getLocalPort();
        serve(listener);
    }

    /**
     * Listens on a free port.
     *
     * @param server what it proves itself with
     * @param clientIssuer who issued its clients' certificates; they need send no other
     */
    public static ScriptedMqttPeer listen(TestIdentity server, X509Certificate clientIssuer)
            throws IOException {
        return new ScriptedMqttPeer(new PeerTls(server, clientIssuer));
    }

    /** The port on 127.0.0.1; the same after a restart. */
    public int port() {
        return port;
    }

    /** Waits for the next client that passes the handshake. */
    public MqttConversation accept() throws InterruptedException {
        MqttConversation next = accepted.poll(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("no client came within " + WAIT_MAX);
        }
        return next;
    }

    /** From now on clients with this key fail the handshake. */
    public void refuse(PublicKey key) {
        tls.refuse(key);
    }

    /** Takes back {@link #refuse}. */
    public void acceptAgain(PublicKey key) {
        tls.acceptAgain(key);
    }

    /** Dies: closes the port and cuts every connection, without a farewell. */
    public void kill() throws IOException {
        listener.close();
        for (SSLSocket socket : open) {
            MqttConversation.cut(socket);
        }
        open.clear();
        accepted.clear();
    }

    /** Comes back on the same port after {@link #kill}. */
    public void restart() throws IOException {
        listener = bind(port);
        serve(listener);
    }

    @Override
    public void close() throws IOException {
        kill();
    }

    private SSLServerSocket bind(int wanted) throws IOException {
        SSLServerSocket socket =
                (SSLServerSocket)
                        tls.context()
                                .getServerSocketFactory()
                                .createServerSocket(wanted, 50, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(true);
        return socket;
    }

    private void serve(SSLServerSocket from) {
        Thread.ofVirtual()
                .name("scripted-mqtt-peer")
                .start(
                        () -> {
                            try {
                                while (true) {
                                    SSLSocket socket = (SSLSocket) from.accept();
                                    Thread.ofVirtual().start(() -> greet(socket));
                                }
                            } catch (IOException closed) {
                                // The test has killed the peer.
                            }
                        });
    }

    private void greet(SSLSocket socket) {
        open.add(socket);
        try {
            socket.setSoTimeout((int) WAIT_MAX.toMillis());
            socket.startHandshake();
            accepted.add(new MqttConversation(socket, ByteFrames.detect(socket)));
        } catch (IOException refused) {
            open.remove(socket);
            hangUp(socket);
        }
    }

    /** Without a reset, which could overtake the alert that says why. */
    private static void hangUp(SSLSocket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // There is nothing left to close.
        }
    }
}
